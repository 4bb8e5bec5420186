"""What the system's allocator is told before the server serves: glibc's habits suit neither many threads nor large short-lived arrays."""

import ctypes

ARENAS = 2
"""Heaps at most. glibc makes eight for each core, and each keeps what its threads once needed most."""
KEPT_BYTES = 64_000_000
"""Free memory that stays at hand: a look makes and drops megabytes, and to get them from the system anew costs more than to fill them."""
LARGE_BYTES = 32_000_000
"""From this size on a block is the system's again as soon as it is free; the largest that glibc takes."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8


def settle() -> bool:
    """Tell the allocator of this process and of those forked from it; return whether it listened (only glibc does)."""
    try:
        tell = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    told = ((_ARENA_MAX, ARENAS), (_MMAP_THRESHOLD, LARGE_BYTES), (_TRIM_THRESHOLD, KEPT_BYTES))
    return all([tell(*one) == 1 for one in told])
