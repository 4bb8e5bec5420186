"""What every part of the REST interface that uses the database needs: reading a message, answering one, refusing."""

from typing import TypeVar

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, TypeAdapter, ValidationError

from webapp.api import refused
from webapp.shop.store import Store
from webapp.shop.wrongs import said

M = TypeVar("M", bound=BaseModel)


class Refused(Exception):
    """A request that is not granted, with the answer for who asked."""

    def __init__(self, status: int, error: str, detail: str, retry_ms: int | None = None):
        super().__init__(detail)
        self.status, self.error, self.retry_ms = status, error, retry_ms


def refuse(problem: Refused) -> ResponseReturnValue:
    """Answer a refusal; the application's handler for Refused."""
    return refused(problem.status, problem.error, str(problem), problem.retry_ms)


def read(kind: type[M], error: str = "not_understood") -> M:
    """Return the message in the body; raise Refused that says what is wrong with it."""
    return understood(kind, request.get_data(cache=False), error)


def understood(kind: type[M], content: bytes, error: str = "not_understood") -> M:
    """Return the message in some JSON; raise Refused that says what is wrong with it."""
    try:
        return kind.model_validate_json(content)
    except ValidationError as problem:
        raise Refused(422, error, said(problem)) from None


def answer(message: BaseModel, status: int = 200) -> Response:
    """Return a message of the contract as JSON."""
    return Response(message.model_dump_json(), status, mimetype="application/json")


def answer_list(kind: type[M], messages: list[M]) -> Response:
    """Return messages of the contract as a JSON list."""
    return Response(TypeAdapter(list[kind]).dump_json(messages), mimetype="application/json")  # type: ignore[valid-type]


def opened_store() -> Store:
    """Return the open database; raise Refused where there is none."""
    opened: Store | str = current_app.extensions["allsmiles_store"]
    if isinstance(opened, str):
        raise Refused(503, "not_ready", opened)
    return opened
