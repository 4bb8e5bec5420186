"""The one operation that cuts a piece out of a picture and brings it to a network's input size.

Training, browser and server use the same, to 1e-3. Its twin is static/js/core/crop.js.
"""

from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

GATHERED = 250_000
"""Numbers that are copied together to be added up in one step: as many as a processor's cache holds, however large a face is."""


def crop(image: NDArray[np.uint8] | Floats, box: tuple[float, float, float, float], width: int, height: int) -> Floats:
    """Cut `box` (x, y, width, height, such as a Box) out of a picture and resize it with an antialiased triangle
    filter.

    `image` is RGB or RGBA [h, w, 3 or 4], 0 to 255, alpha is ignored; `box` may reach beyond the picture, whose edge
    pixels go on for ever, and lie between pixels. Returns float32 [height, width, 3], 0 to 255. Raises ValueError for
    a picture that is neither RGB nor RGBA, a box without area, or a result without pixels.
    """
    if image.ndim != 3 or image.shape[2] not in (3, 4):
        raise ValueError("crop takes RGB or RGBA pixels: convert the picture first")
    x, y, box_width, box_height = box
    if not (box_width > 0 and box_height > 0 and isfinite(x + y + box_width + box_height)):
        raise ValueError("crop takes a box with finite numbers and an area: leave out faces without one")
    if not (width >= 1 and height >= 1):
        raise ValueError("crop makes at least one pixel: give a width and a height")
    columns, rows = _taps(x, box_width, width, image.shape[1]), _taps(y, box_height, height, image.shape[0])
    window = image[rows.start : rows.stop, columns.start : columns.stop, :3].astype(np.float32)
    lines = _resize(window.reshape(len(window), -1), rows).reshape(height, -1, 3)
    turned = _resize(lines.transpose(1, 0, 2).reshape(-1, height * 3), columns).reshape(width, height, 3)
    return np.ascontiguousarray(turned.transpose(1, 0, 2))


def grey(pixels: Floats) -> Floats:
    """Turn colours [..., 3] into brightness [...], 0.299 R + 0.587 G + 0.114 B."""
    return pixels @ np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True, slots=True)
class _Taps:
    """What every output position reads along one axis: `weights[i]` of the source pixels from `first[i]` on."""

    first: NDArray[np.intp]
    weights: Floats

    @property
    def start(self) -> int:
        """Give the first source pixel that is read at all."""
        return int(self.first.item(0))

    @property
    def stop(self) -> int:
        """Give the end of the source pixels that are read at all."""
        return int(self.first.item(-1)) + int(self.weights.shape[1])


def _taps(start: float, extent: float, positions: int, limit: int) -> _Taps:
    """Weigh the source pixels 0 to `limit` for every output position of the interval."""
    step = extent / positions
    support = max(1.0, step)
    centres = start + (np.arange(positions)[:, None] + 0.5) * step
    sources = np.floor(centres - support + 0.5).astype(np.intp) + np.arange(ceil(2 * support))
    shares = np.maximum(0.0, 1.0 - np.abs(sources + 0.5 - centres) / support)
    count = min(sources.shape[1], limit)
    first = np.clip(sources[:, 0], 0, limit - count)
    weights = np.zeros((positions, count))
    places = np.clip(sources, 0, limit - 1) - first[:, None]
    np.add.at(weights, (np.arange(positions)[:, None], places), shares / shares.sum(axis=1, keepdims=True))
    return _Taps(first, weights.astype(np.float32))


def _resize(lines: Floats, taps: _Taps) -> Floats:
    """Add up weighted lines [source pixels read, n] into [positions, n].

    Plain einsum rather than a product of matrices: only the few lines that count are read, and no threads of a linear
    algebra library compete with the other faces'.
    """
    positions, count = taps.weights.shape
    result = np.empty((positions, lines.shape[1]), np.float32)
    read = (taps.first - taps.start)[:, None] + np.arange(count)
    together = max(1, GATHERED // (count * lines.shape[1]))
    for start in range(0, positions, together):
        some = slice(start, start + together)
        np.einsum("pk,pkx->px", taps.weights[some], lines[read[some]], out=result[some])
    return result
