"""What all tests share: a real face that every machine has, and the data sets where they are."""

import os
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data


@pytest.fixture(scope="session")
def astronaut() -> NDArray[np.uint8]:
    """A photo of one smiling woman, uint8 RGB [512, 512, 3] (NASA, public domain)."""
    return data.astronaut()


@pytest.fixture(scope="session")
def astronaut_jpeg(astronaut: NDArray[np.uint8]) -> bytes:
    """The same photo as a JPEG."""
    return encoded(Image.fromarray(astronaut), "JPEG", quality=92)


@pytest.fixture(scope="session")
def data_sets() -> Path:
    """The folder of the data sets; tests that ask for it are skipped where ALLSMILES_DATA names none."""
    folder = os.environ.get("ALLSMILES_DATA")
    if not folder:
        pytest.skip("ALLSMILES_DATA names no folder with the data sets")
    return Path(folder)


def encoded(picture: Image.Image, kind: str, **how: object) -> bytes:
    """Return the bytes of a picture file."""
    file = BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()
