"""The dashboard's page, its numbers, and the same numbers as files."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import ValidationError

from webapp.contract import Question
from webapp.shop.asking import Refused, answer, opened_store
from webapp.shop.auth import needs
from webapp.shop.confirming import PROMISE
from webapp.shop.summaries import chosen_scope, line, natural_resolution, summary
from webapp.shop.wrongs import said

blueprint = Blueprint("dashboard", __name__)
PAGES = {"/dashboard": "dashboard", "/admin": "admin", "/login": "login", "/setup": "setup"}
COLUMNS = ("place_id", "place", "time_zone", "start", "visits", "satisfaction", "satisfaction_low", "satisfaction_high", "withheld")


@blueprint.get("/dashboard")
@blueprint.get("/admin")
@blueprint.get("/login")
@blueprint.get("/setup")
def page() -> ResponseReturnValue:
    """Show a page without any number in it: what it shows it asks for."""
    return render_template(f"{PAGES[request.path]}.html", promise=PROMISE)


@blueprint.get("/api/v1/summary")
@needs("viewer", "read:counts")
def show_summary() -> ResponseReturnValue:
    """Answer everything that the dashboard shows of a period."""
    with opened_store().reading() as connection:
        return answer(summary(connection, g.user.organisation_id, question(), _fewest()))


@blueprint.get("/api/v1/export")
@needs("viewer", "read:counts")
def export() -> ResponseReturnValue:
    """Answer the line over time of each place as a CSV, JSON or Parquet file."""
    kind = request.args.get("format", "csv")
    if kind not in WRITERS:
        raise Refused(422, "no_such_format", f"No format is called {kind}: ask for {', '.join(WRITERS)}.")
    asked = question()
    name = f"allsmiles-{asked.first}-{asked.last}.{kind}"
    response = WRITERS[kind](_rows(asked))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def question() -> Question:
    """Return what the address asks for; raise Refused where that makes no sense."""
    given: dict[str, Any] = {name: request.args[name] for name in ("first", "last", "resolution") if request.args.get(name)}
    chosen = {name: [part for part in request.args.get(name, "").split(",") if part] for name in ("places", "stations")}
    try:
        return Question.model_validate({**given, **chosen}, strict=False)
    except ValidationError as problem:
        raise Refused(422, "not_understood", said(problem)) from None


def _rows(asked: Question) -> list[dict[str, Any]]:
    """Return one row per place and step; what may not be told is left empty and marked."""
    resolution = asked.resolution or natural_resolution(asked.first, asked.last, 1)
    rows = []
    with opened_store().reading() as connection:
        scope = chosen_scope(connection, g.user.organisation_id, asked)
        for place in scope.places:
            for step in line(connection, scope.within(place), asked.first, asked.last, resolution, _fewest()):
                told = step.satisfaction
                row = (
                    place["id"],
                    scope.label(place),
                    place["time_zone"],
                    datetime.fromtimestamp(step.at, UTC).strftime("%Y-%m-%dT%H:%M"),
                    step.visits,
                    *((round(told.value, 2), round(told.low, 2), round(told.high, 2)) if told else (None, None, None)),
                    step.withheld,
                )
                rows.append(dict(zip(COLUMNS, row, strict=True)))
    return rows


def _csv(rows: list[dict[str, Any]]) -> Response:
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    # A name that begins like a formula would be one in a spreadsheet.
    writer.writerows({**row, "place": f"'{row['place']}" if row["place"][:1] in "=+-@\t\r" else row["place"]} for row in rows)
    return Response(file.getvalue(), mimetype="text/csv")


def _json(rows: list[dict[str, Any]]) -> Response:
    return Response(json.dumps(rows, ensure_ascii=False), mimetype="application/json")


def _parquet(rows: list[dict[str, Any]]) -> Response:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise Refused(
            501, "no_parquet", _("This server cannot write Parquet: `pip install 'allsmiles[parquet]'` brings what it needs.")
        ) from None
    whole, real, text = pyarrow.int64(), pyarrow.float64(), pyarrow.string()
    kinds = (whole, text, text, text, whole, real, real, real, pyarrow.bool_())
    table = pyarrow.Table.from_pylist(rows, pyarrow.schema(list(zip(COLUMNS, kinds, strict=True))))
    file = io.BytesIO()
    pyarrow.parquet.write_table(table, file)
    return Response(file.getvalue(), mimetype="application/vnd.apache.parquet")


def _fewest() -> int:
    fewest: int = current_app.extensions["allsmiles_config"].min_visits
    return fewest


WRITERS = {"csv": _csv, "json": _json, "parquet": _parquet}
