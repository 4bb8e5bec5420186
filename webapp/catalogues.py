"""Collect the words that people read from Python, Jinja and JavaScript, and keep every language's catalogue complete."""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from webapp.language import FOLDER

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "t": None, "tn": (1, 2)}
"""What words are handed to: the usual names in Python and Jinja, `t` and `tn` in JavaScript."""


def used() -> Catalog:
    """Return the catalogue of all words used, without translations."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog(project="AllSmiles")
    for path, _, message, comments, context in extract_from_dir(
        ROOT, methods, options, KEYWORDS, ["Translators:"], strip_comment_tags=True
    ):
        # No line numbers: they would change with every change.
        found.add(message, locations=[(path, 0)], auto_comments=comments, context=context)
    return found


def refreshed(known: bytes, language: str, template: Catalog) -> bytes:
    """Return the catalogue `known` with exactly the words of `template`: new ones empty, those that are used no more left out."""
    catalogue = read_po(BytesIO(known), locale=language)
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    file = BytesIO()
    write_po(file, catalogue, width=140, include_lineno=False, sort_by_file=True, omit_header=True)
    header = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    return (header + plural).encode() + file.getvalue()


def forms(text: object) -> tuple[str, ...]:
    """Return the forms of a message or its translation: one, or as many as numbers ask for."""
    return tuple(text) if isinstance(text, tuple | list) else (str(text),)


def untranslated(known: bytes) -> list[str]:
    """Return the messages of a catalogue that lack words, or some of their forms."""
    return [forms(entry.id)[0] for entry in read_po(BytesIO(known)) if entry.id and not all(forms(entry.string))]


def main() -> None:
    """Bring every catalogue up to date and say what is missing; arguments are codes of languages to begin."""
    template = used()
    for code in sys.argv[1:]:
        (FOLDER / code / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
        (FOLDER / code / "LC_MESSAGES" / "messages.po").touch()
    for path in sorted(FOLDER.glob("*/LC_MESSAGES/messages.po")):
        path.write_bytes(refreshed(path.read_bytes(), path.parent.parent.name, template))
        missing = untranslated(path.read_bytes())
        print(f"{path.relative_to(ROOT)}: {len(missing)} without words", *missing, sep="\n  ")


if __name__ == "__main__":
    main()
