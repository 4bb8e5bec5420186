"""What is wrong with a form is told in the language of who filled it in."""

from typing import Any

import pytest
from flask import Flask
from pydantic import BaseModel, ValidationError

from webapp.catalogues import used
from webapp.contract import AlertWish, PasswordWish, PlaceWish, Question, ReportWish, StationWish, TokenWish, UserWish
from webapp.shop.wrongs import FIELDS, KINDS, PROBLEMS, SHAPES, VALUES, said

ALERT = {"place_id": 1, "threshold": 60, "minutes": 15, "visits": 20, "email": "anna@example.org"}
PLACE = {"name": "Main street", "time_zone": "Europe/Berlin"}
USER = {"email": "anna@example.org", "role": "viewer", "password": "long enough now"}
WRONG: list[tuple[type[BaseModel], dict[str, Any], str, str]] = [
    (StationWish, {"name": " "}, "name: must not be empty", "Name: darf nicht leer sein"),
    (StationWish, {"name": "x" * 201}, "name: at most 200 characters", "Name: höchstens 200 Zeichen"),
    (StationWish, {"name": 5}, "name: must be a text", "Name: muss ein Text sein"),
    (PasswordWish, {"old": "x"}, "new: is needed", "Neu: fehlt"),
    (UserWish, {**USER, "password": "short"}, "password: at least 10 characters", "Passwort: mindestens 10 Zeichen"),
    (
        UserWish,
        {**USER, "email": "anna"},
        "email: write an address such as anna@example.org",
        "E-Mail: Schreiben Sie eine Adresse wie anna@example.org",
    ),
    (UserWish, {**USER, "role": "boss"}, "role: one of 'owner', 'manager', 'viewer'", "Rolle: eines von 'owner', 'manager', 'viewer'"),
    (AlertWish, {**ALERT, "threshold": 61}, "threshold: a multiple of 5", "Schwelle: ein Vielfaches von 5"),
    (AlertWish, {**ALERT, "threshold": 0}, "threshold: 5 or more", "Schwelle: 5 oder mehr"),
    (AlertWish, {**ALERT, "minutes": 900}, "minutes: 240 or less", "Minuten: 240 oder weniger"),
    (
        AlertWish,
        {**ALERT, "email": None},
        "give an email or a url, one of them",
        "Geben Sie eine E-Mail oder eine Adresse an, eines von beiden",
    ),
    (
        PlaceWish,
        {**PLACE, "time_zone": "Mars"},
        "no such time zone: write one such as Europe/Berlin",
        "Diese Zeitzone gibt es nicht: Schreiben Sie etwa Europe/Berlin",
    ),
    (
        PlaceWish,
        {**PLACE, "opening": {"mon": [["9", "18:00"]]}},
        "opening: write times such as 09:00",
        "Öffnungszeiten: Schreiben Sie Zeiten wie 09:00",
    ),
    (PlaceWish, {**PLACE, "gender": "perhaps"}, "gender: must be yes or no", "gender: muss ja oder nein sein"),
    (ReportWish, {"name": "Week", "emails": [], "weekday": 0, "hour": 7}, "emails: at least 1 of them", "E-Mails: mindestens 1"),
    (TokenWish, {"name": "x", "scopes": [], "days": 30}, "scopes: at least 1 of them", "Rechte: mindestens 1"),
    (Question, {"first": "2026-02-01", "last": "2026-01-01"}, "the last day is before the first", "Der letzte Tag liegt vor dem ersten"),
]


@pytest.mark.parametrize(("kind", "body", "english", "german"), WRONG, ids=[one[2] for one in WRONG])
def test_a_mistake_is_told_in_both_languages(app: Flask, kind: type[BaseModel], body: dict[str, Any], english: str, german: str) -> None:
    with pytest.raises(ValidationError) as problem:
        kind.model_validate(body, strict=False)

    told = {}
    for language in ("en", "de"):
        with app.test_request_context("/api/v1/places", headers={"Accept-Language": language}):
            told[language] = said(problem.value)

    assert told == {"en": english, "de": german}
    assert said(problem.value) == english


def test_every_word_for_a_mistake_is_in_the_catalogue() -> None:
    known = {entry.id for entry in used()}

    for words in (FIELDS, PROBLEMS, KINDS, SHAPES, VALUES):
        assert set(words.values()) - known == set()
