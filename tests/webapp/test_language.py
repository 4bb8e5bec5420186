import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from flask import Flask
from flask.testing import FlaskClient

from webapp.catalogues import forms, refreshed, untranslated, used
from webapp.language import FOLDER, languages, words

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.fixture(scope="module")
def template() -> Catalog:
    return used()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.parent.name)
class TestACatalogue:
    def test_has_every_word_that_is_used_and_no_other(self, path: Path, template: Catalog) -> None:
        known = path.read_bytes()

        assert refreshed(known, path.parent.parent.name, template) == known, "run `python -m webapp.catalogues`"

    def test_has_words_for_all_of_them(self, path: Path) -> None:
        assert untranslated(path.read_bytes()) == []

    def test_has_nothing_that_is_only_guessed(self, path: Path) -> None:
        assert "fuzzy" not in path.read_text()
        assert "#~" not in path.read_text()

    def test_keeps_placeholders_and_tags(self, path: Path, template: Catalog) -> None:
        from webapp.language import catalogue

        wrong = []
        for entry in catalogue(path.parent.parent.name):
            if entry.id:
                said = [frame(form) for form in forms(entry.id)]
                # A singular may leave its number out.
                wrong += [form for form in forms(entry.string) if frame(form) not in said]
        assert wrong == []


def frame(text: str) -> list[str]:
    """Return what of a message is no word: its placeholders, percent signs and tags."""
    return sorted(re.findall(r"%\(\w+\)\w|%%|<[^>]*>", text))


def test_a_placeholder_that_differs_is_noticed() -> None:
    assert frame("<b>%(count)s</b> of 5 %%") == ["%%", "%(count)s", "</b>", "<b>"]
    assert frame("%(count)s visits") != frame("%(zahl)s Besuche")


def test_a_word_that_is_new_in_the_code_is_noticed(template: Catalog) -> None:
    known = FILES[0].read_bytes()
    template.add("A sentence that no catalogue has")

    try:
        fresh = refreshed(known, "de", template)
    finally:
        template.delete("A sentence that no catalogue has")

    assert untranslated(fresh) == ["A sentence that no catalogue has"]


def test_words_come_from_python_templates_and_scripts(template: Catalog) -> None:
    said = {forms(entry.id)[0] for entry in template}

    assert {"WIDER FACE, whole photos", "Log out", "no clear change"} <= said


@pytest.mark.parametrize("address", ["/", "/login", "/setup", "/dashboard", "/admin", "/station", "/privacy", "/models", "/nowhere"])
def test_a_page_comes_in_the_language_that_the_browser_asks_for(client: FlaskClient, address: str) -> None:
    german, other = client.get(address, headers=GERMAN), client.get(address, headers={"Accept-Language": "fr"})

    assert '<html lang="de"' in german.text
    assert "Zum Inhalt springen" in german.text
    assert german.headers["Content-Language"] == "de"
    assert {"Accept-Language", "Cookie"} <= set(german.vary)
    assert '<html lang="en"' in other.text
    assert "Skip to the content" in other.text


def test_who_switches_is_remembered_without_logging_in(client: FlaskClient) -> None:
    client.get("/login?lang=de")

    assert '<html lang="de"' in client.get("/login").text
    assert '<html lang="de"' in client.get("/nowhere").text
    client.get("/login?lang=en", headers=GERMAN)
    assert '<html lang="en"' in client.get("/login", headers=GERMAN).text


def test_a_page_in_a_frame_is_given_a_language_without_switching(client: FlaskClient) -> None:
    framed = client.get("/station?lang=de", headers={"Sec-Fetch-Dest": "iframe"})

    assert '<html lang="de"' in framed.text
    assert '<html lang="en"' in client.get("/station").text


def test_a_language_that_nobody_wrote_is_not_kept(client: FlaskClient) -> None:
    answer = client.get("/login?lang=tlh")

    assert '<html lang="en"' in answer.text
    assert "language=" not in answer.headers.get("Set-Cookie", "")


def test_the_switch_keeps_what_the_address_asks_for(client: FlaskClient) -> None:
    assert 'href="?period=7d&amp;lang=de" hreflang="de"' in client.get("/dashboard?period=7d&lang=en").text


def test_a_refusal_is_in_the_language_of_the_page_that_asks_and_its_code_in_none(client: FlaskClient) -> None:
    client.get("/login?lang=de")
    wish = {"email": "nobody@example.org", "password": "a long enough one"}

    german = client.post("/api/v1/session", json=wish, headers={"Accept-Language": "de"})
    english = client.post("/api/v1/session", json=wish)

    assert (german.json["error"], english.json["error"]) == ("wrong_password", "wrong_password")
    assert german.json["detail"] == "E-Mail und Passwort gehören nicht zusammen."
    assert english.json["detail"] == "E-mail and password do not belong together."


def test_scripts_get_their_own_words_as_data(client: FlaskClient) -> None:
    german, english = client.get("/dashboard", headers=GERMAN).text, client.get("/dashboard").text

    assert '<script type="application/json" id="words">' in german
    assert "keine klare" in words("de")["no clear change"]
    assert words("de")["%(count)s visit"] == ["%(count)s Besuch", "%(count)s Besuche"]
    assert "Log out" not in words("de")
    assert 'id="words"' not in english


def test_numbers_of_templates_are_written_as_the_language_has_them(client: FlaskClient) -> None:
    assert re.search(r">\d\d,\d\s%<", client.get("/models", headers=GERMAN).text)
    assert re.search(r">\d\d\.\d\s?%<", client.get("/models").text)


def test_every_page_is_kept_offline_in_every_language(client: FlaskClient) -> None:
    told = client.get("/precache.json", headers=GERMAN).json

    assert told["language"] == "de"
    assert {f"/station?lang={code}" for code in languages()} <= set(told["urls"])
    assert client.get("/precache.json").json["version"] == told["version"]


def test_what_the_audit_log_says_has_words(app: Flask) -> None:
    noted = {found for path in (ROOT / "webapp").rglob("*.py") for found in re.findall(r'\bnote\(\w+, "([^"]+)"', path.read_text())}

    assert len(noted) > 10
    assert noted - set(words("de")) == set()


@pytest.mark.parametrize("path", sorted((ROOT / "templates").glob("*.html")), ids=lambda path: path.name)
def test_no_words_of_a_template_are_left_out_of_the_catalogues(path: Path) -> None:
    assert untold(path.read_text()) == []


def test_words_outside_the_catalogue_are_noticed() -> None:
    assert untold("""<p title="Hello you">{{ _('Told') }} Not told<b>{% trans %}Told{% endtrans %}</b></p>""") == ["Hello you", "Not told"]


def untold(template: str) -> list[str]:
    """Return what a template says to people that is in no catalogue; names of things are not words."""
    attributes = r"\{% block (?:body_class|room_code) %\}.*?\{% endblock %\}"
    for told in (
        attributes,
        r"\{#.*?#\}",
        r"\{% trans\b.*?endtrans %\}",
        r"<script.*?</script>",
        r"<code>.*?</code>",
        r"\{\{.*?\}\}",
        r"\{%.*?%\}",
    ):
        template = re.sub(told, "", template, flags=re.DOTALL)
    spoken = re.findall(r'(?:aria-label|placeholder|title|alt)="([^"]*)"', template) + re.sub(r"<[^>]*>", "\n", template).split("\n")
    names = r"AllSmiles:?|All|Smiles|WebGPU|WebGL|WebAssembly|CSV|JSON|Parquet|PDF|KB|https?://|Version"
    return [text.strip() for text in spoken if re.search(r"[A-Za-z]{2}", re.sub(names, "", text))]
