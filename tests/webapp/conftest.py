from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.app import create_app
from webapp.config import Config


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(Config(data_dir=tmp_path_factory.mktemp("data"), max_upload_mb=2, max_pixels_mp=5))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def models() -> Path:
    return Path(__file__).resolve().parents[2] / "static" / "models"
