"""What is wrong with a message, in the words of who sent it: a person before a form, or a program's author."""

from flask_babel import gettext as _
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from webapp.language import N_

FIELDS = {
    name: name
    for name in (
        N_("name"),
        N_("email"),
        N_("emails"),
        N_("password"),
        N_("old"),
        N_("new"),
        N_("role"),
        N_("organisation"),
        N_("confirmed"),
        N_("time_zone"),
        N_("opening"),
        N_("threshold"),
        N_("minutes"),
        N_("visits"),
        N_("url"),
        N_("language"),
        N_("weekday"),
        N_("hour"),
        N_("scopes"),
        N_("days"),
        N_("first"),
        N_("last"),
    )
}
"""Fields that people fill in, by their names in the contract; catalogues may call them otherwise."""
PROBLEMS = {
    "missing": N_("is needed"),
    "string_too_long": N_("at most %(max_length)s characters"),
    "too_short": N_("at least %(min_length)s of them"),
    "too_long": N_("at most %(max_length)s of them"),
    "multiple_of": N_("a multiple of %(multiple_of)s"),
    "greater_than_equal": N_("%(ge)s or more"),
    "less_than_equal": N_("%(le)s or less"),
    "literal_error": N_("one of %(expected)s"),
    "extra_forbidden": N_("is not known here"),
    "json_invalid": N_("this is no JSON"),
}
KINDS = {
    "string": N_("must be a text"),
    "int": N_("must be a whole number"),
    "float": N_("must be a number"),
    "bool": N_("must be yes or no"),
}
SHAPES = {
    "email": N_("write an address such as anna@example.org"),
    "emails": N_("write addresses such as anna@example.org, with commas between"),
    "opening": N_("write times such as 09:00"),
}
VALUES = {
    text: text
    for text in (
        N_("give an email or a url, one of them"),
        N_("the last day is before the first"),
        N_("ask for ten years at most"),
        N_("no such time zone: write one such as Europe/Berlin"),
    )
}
"""What the contract's own checks say."""


def said(problem: ValidationError) -> str:
    """Return the first thing wrong with a message."""
    first = problem.errors()[0]
    named = [str(part) for part in first["loc"]]
    what = _what(first, named[0] if named else "")
    where = _(FIELDS[named[0]]) if named and named[0] in FIELDS else ".".join(named)
    return f"{where}: {what}" if where else what


def _what(first: ErrorDetails, field: str) -> str:
    kind, told = first["type"], first.get("ctx", {})
    if kind == "string_too_short":
        return _("must not be empty") if told["min_length"] == 1 else _("at least %(min_length)s characters", min_length=told["min_length"])
    if kind == "string_pattern_mismatch" and field in SHAPES:
        return _(SHAPES[field])
    if kind in PROBLEMS:
        values = {name: str(value).replace(" or ", ", ") for name, value in told.items()}
        return _(PROBLEMS[kind], **values)
    if kind.partition("_")[0] in KINDS and kind.endswith(("_type", "_parsing", "_from_float")):
        return _(KINDS[kind.partition("_")[0]])
    # Of the rest, what only programs get wrong is told as pydantic says it.
    text = first["msg"].removeprefix("Value error, ")
    return _(VALUES[text]) if text in VALUES else text
