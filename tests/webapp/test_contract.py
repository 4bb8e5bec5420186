from webapp import contract


def test_contract_js_is_what_the_models_say() -> None:
    assert contract.JAVASCRIPT.read_text() == contract.javascript(), "run `python -m webapp.contract`"


def test_the_labels_are_those_other_programs_rely_on() -> None:
    assert contract.EMOTIONS == ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
    assert contract.PERCEIVED_GENDERS == ("female", "male", "unknown")
