"""Reports for people: one as a download, and the list of those that are sent each week."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import Connection, delete, func, select, update

from webapp.config import Config
from webapp.contract import MessageInfo, ReportInfo, ReportWish
from webapp.notices import outbox
from webapp.notices.alerts import check_pace, language_of, message_info
from webapp.notices.mail import can_mail
from webapp.notices.phrases import Phrases
from webapp.notices.post import deliver, report_file
from webapp.notices.weekly import next_time, put_in, zone_of
from webapp.shop import store
from webapp.shop.asking import Refused, answer, answer_list, opened_store, read
from webapp.shop.auth import needs, note
from webapp.shop.dashboard import question
from webapp.shop.schema import messages, reports
from webapp.shop.views import question as question_of_view

blueprint = Blueprint("reports", __name__, url_prefix="/api/v1")
Row = Mapping[Any, Any]
MOST = 50
"""Reports an organisation may have sent to it."""


@blueprint.get("/report.pdf")
@needs("viewer", "read:report")
def download() -> ResponseReturnValue:
    """Answer a period as a PDF."""
    asked = question()
    title = " ".join(request.args.get("title", "").split())[:200]
    # A link that is followed has the browser's language; the page says its own.
    words = Phrases(request.args.get("lang") or str(get_locale()))
    with opened_store().reading() as connection:
        content, _ = report_file(connection, g.user.organisation_id, asked, title, _config().min_visits, words)
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="allsmiles-{asked.first}-{asked.last}.pdf"'
    return response


@blueprint.get("/reports")
@needs("manager", "read:alerts")
def list_reports() -> ResponseReturnValue:
    """List the reports that are sent each week."""
    with opened_store().reading() as connection:
        return answer_list(ReportInfo, _infos(connection))


@blueprint.post("/reports")
@needs("manager", "write:alerts")
def add_report() -> ResponseReturnValue:
    """Have a report sent each week."""
    wish = read(ReportWish)
    with opened_store().writing() as connection:
        row = {**_checked(connection, wish), "language": language_of(wish)}
        mine = select(func.count()).select_from(reports).where(reports.c.organisation_id == g.user.organisation_id)
        if connection.execute(mine).scalar_one() >= MOST:
            raise Refused(409, "too_many_reports", _("%(most)s reports are sent already: delete one first.", most=MOST))
        made = store.add(connection, reports, **row, organisation_id=g.user.organisation_id, made_at=store.now())
        note(connection, "make report", wish.name)
        return answer(_infos(connection, made)[0], 201)


@blueprint.put("/reports/<int:report_id>")
@needs("manager", "write:alerts")
def change_report(report_id: int) -> ResponseReturnValue:
    """Change or pause a weekly report."""
    wish = read(ReportWish)
    with opened_store().writing() as connection:
        fresh = {**_checked(connection, wish), "language": language_of(wish, _mine(connection, report_id))}
        connection.execute(update(reports).where(reports.c.id == report_id).values(fresh))
        note(connection, "change report", wish.name)
        return answer(_infos(connection, report_id)[0])


@blueprint.delete("/reports/<int:report_id>")
@needs("manager", "write:alerts")
def drop_report(report_id: int) -> ResponseReturnValue:
    """Send a report no more."""
    with opened_store().writing() as connection:
        note(connection, "delete report", _mine(connection, report_id)["name"])
        connection.execute(delete(reports).where(reports.c.id == report_id))
    return "", 204


@blueprint.post("/reports/<int:report_id>/send")
@needs("manager", "write:alerts")
def send_now(report_id: int) -> ResponseReturnValue:
    """Send a report now to all its addresses, and tell what became of each mail."""
    opened = opened_store()
    with opened.writing() as connection:
        report = _mine(connection, report_id)
        check_pace(connection, len(report["emails"]))
        note(connection, "send report", report["name"])
        made = put_in(connection, report, store.now(), zone_of(connection, report["organisation_id"], report["query"]))
    metrics = current_app.extensions["allsmiles"].metrics
    for message in (outbox.take_one(opened, one, store.now()) for one in made):
        if message is not None:
            outbox.attempt(opened, deliver(opened, _config()), metrics, message)
    with opened.reading() as connection:
        found = connection.execute(select(messages).where(messages.c.id.in_(made)).order_by(messages.c.id)).mappings()
        return answer_list(MessageInfo, [message_info(row) for row in found])


def _checked(connection: Connection, wish: ReportWish) -> dict[str, Any]:
    """Return the row of a wish; raise Refused where it cannot be granted."""
    if not can_mail(_config()):
        raise Refused(422, "no_mail", _("emails: this server sends no mail; its operator sets --smtp-host. A report can be downloaded."))
    question_of_view(wish.query, lambda _: date(2026, 1, 1))
    zone = zone_of(connection, g.user.organisation_id, wish.query)
    return {**wish.model_dump(), "next_at": next_time(store.now(), wish.weekday, wish.hour, zone)}


def _mine(connection: Connection, report_id: int) -> Row:
    asked = (reports.c.id == report_id) & (reports.c.organisation_id == g.user.organisation_id)
    found = connection.execute(select(reports).where(asked)).mappings().first()
    if found is None:
        raise Refused(404, "no_such_report", _("Your organisation has no such report."))
    return found


def _infos(connection: Connection, report_id: int | None = None) -> list[ReportInfo]:
    asked = reports.c.organisation_id == g.user.organisation_id
    if report_id is not None:
        asked &= reports.c.id == report_id
    # Of mails that went out together, one that failed is the one to be told of.
    mine = select(messages).where(messages.c.organisation_id == g.user.organisation_id, messages.c.report_id.is_not(None))
    last: dict[int, Row] = {}
    for row in connection.execute(mine.order_by(messages.c.made_at, messages.c.error.is_not(None), messages.c.id)).mappings():
        last[row["report_id"]] = row
    told = (*ReportWish.model_fields, "id", "next_at")
    return [
        ReportInfo(
            **{name: row[name] for name in told},
            time_zone=zone_of(connection, row["organisation_id"], row["query"]),
            last=message_info(last[row["id"]]) if row["id"] in last else None,
        )
        for row in connection.execute(select(reports).where(asked).order_by(reports.c.name, reports.c.id)).mappings()
    ]


def _config() -> Config:
    config: Config = current_app.extensions["allsmiles_config"]
    return config
