from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.app import create_app
from webapp.config import Config
from webapp.shop import auth
from webapp.shop.schema import metadata


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(Config(data_dir=tmp_path_factory.mktemp("data"), max_upload_mb=2, max_pixels_mp=5))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def models() -> Path:
    return Path(__file__).resolve().parents[2] / "static" / "models"


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shop_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with a database of either kind, once for all tests."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("new_postgres")()
    app = create_app(Config(data_dir=tmp_path_factory.mktemp("shop"), database_url=url))
    yield app
    app.extensions["allsmiles_store"].engine.dispose()


@pytest.fixture
def shop_app(shop_server: Flask) -> Flask:
    """An application with an empty database of either kind."""
    with shop_server.extensions["allsmiles_store"].writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    return shop_server


@pytest.fixture(scope="module")
def quick_hash() -> Iterator[None]:
    """Hash passwords with a single round, for tests of something else: making and checking them takes long on purpose."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "generate_password_hash", partial(auth.generate_password_hash, method="pbkdf2:sha256:1"))
        yield
