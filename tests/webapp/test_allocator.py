import platform
import subprocess
import sys

import pytest

AFTER = """
import ctypes, threading, numpy
from webapp import allocator
assert allocator.settle()
together = threading.Barrier(9)
def work():
    together.wait()
    # Small blocks of C come from the heap of the thread that asks.
    held = [ctypes.create_string_buffer(3000) for _ in range(100)]
    together.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
together.wait(); together.wait()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w"))
libc.malloc_info(0, file); libc.fclose(file)
for thread in threads: thread.join()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has such heaps")
def test_many_threads_share_two_heaps() -> None:
    told = subprocess.run([sys.executable, "-c", AFTER], capture_output=True, text=True, check=True, timeout=120).stdout

    assert 1 <= told.count("<heap nr=") <= 2
