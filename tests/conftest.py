"""What all tests share: a real face that every machine has, and the data sets where they are."""

import os
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from tests.services import postgresql, redis_server


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


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of its own for this run of the tests."""
    with redis_server() as url:
        yield url


def encoded(picture: Image.Image, kind: str, **how: object) -> bytes:
    """Return the bytes of a picture file."""
    file = BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL of the tests' own, without a database's name."""
    with postgresql() as address:
        yield address


@pytest.fixture(scope="session")
def new_postgres(postgres_server: str) -> Callable[[], str]:
    """Make an empty PostgreSQL database and return its address."""
    import psycopg

    def make() -> str:
        name = f"test_{uuid4().hex[:12]}"
        with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"{postgres_server}/{name}"

    return make
