import pytest
from pydantic import ValidationError

from webapp import contract


def test_contract_js_is_what_the_models_say() -> None:
    assert contract.JAVASCRIPT.read_text() == contract.javascript(), "run `python -m webapp.contract`"


def test_the_labels_are_those_other_programs_rely_on() -> None:
    assert contract.EMOTIONS == ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
    assert contract.PERCEIVED_GENDERS == ("female", "male", "unknown")


def test_known_time_zones_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dashboard of 500 places asks for all of them every few seconds; looking on the disk takes four milliseconds each."""
    contract.PlaceWish(name="Here", time_zone="Europe/Berlin")
    monkeypatch.setattr(contract, "available_timezones", lambda: pytest.fail("looked up again"))

    contract.PlaceWish(name="There", time_zone="Asia/Kathmandu")

    with pytest.raises(ValidationError, match="no such time zone"):
        contract.PlaceWish(name="Nowhere", time_zone="Europe/Nowhere")
