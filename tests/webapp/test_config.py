from dataclasses import fields, replace
from pathlib import Path

import pytest

from webapp import config
from webapp.config import Config


def test_docs_settings_is_what_the_table_says() -> None:
    assert config.DOCS.read_text() == config.page(), "run `python -m webapp.config`"


def test_the_environment_gives_settings_in_their_types() -> None:
    given = config.from_environment({"ALLSMILES_PORT": "8080", "ALLSMILES_DATA_DIR": "/srv/smiles", "PORT": "1"})

    assert given == {"port": 8080, "data_dir": Path("/srv/smiles")}


def test_a_switch_is_true_or_false() -> None:
    assert config.from_environment({"ALLSMILES_HTTPS": "true"}) == {"https": True}
    with pytest.raises(ValueError, match="ALLSMILES_HTTPS is 'yes'"):
        config.from_environment({"ALLSMILES_HTTPS": "yes"})


def test_a_wrong_number_names_its_variable() -> None:
    with pytest.raises(ValueError, match="ALLSMILES_PORT is 'http'"):
        config.from_environment({"ALLSMILES_PORT": "http"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", 70_000), ("workers", 0), ("waiting", -1), ("log_level", "loud"), ("redis_url", "localhost"), ("routes", "none")],
)
def test_settings_that_make_no_sense_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=config.flag(name)):
        config.checked(replace(Config(), **{name: value}))


def test_every_setting_has_a_help_of_one_sentence() -> None:
    assert all(setting.metadata["help"].endswith(".") for setting in fields(Config))
