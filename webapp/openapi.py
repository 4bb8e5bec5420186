"""The OpenAPI document of the REST interface, made from the contract."""

from typing import Any

from pydantic.json_schema import models_json_schema

from webapp import __version__
from webapp.contract import AnalyzeResponse, CountBatch, CountReceipt, Problem, StationSettings
from webapp.photo import described as photo
from webapp.shop import described as shop

IMAGE = {"schema": {"type": "string", "format": "binary"}}
REFUSALS = {
    "400": "no picture, a damaged or an animated one",
    "413": "more bytes or pixels than the server accepts",
    "415": "not JPEG, PNG or WebP",
    "429": "busy; Retry-After says when to try again",
    "503": "the networks could not be loaded",
}


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    models = [
        (model, "serialization")
        for model in (AnalyzeResponse, CountBatch, CountReceipt, StationSettings, Problem, *photo.MODELS, *shop.MODELS)
    ]
    _, schemas = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    paths = shop.paths()
    paths["/api/v1/stations/{station_id}"]["get"] = _station("station", "Tell a station about itself", "StationSettings")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "AllSmiles",
            "version": __version__,
            "description": "Expression and perceived gender of every face in a picture. Pictures are looked at in memory and not kept.",
        },
        "paths": {
            "/api/v1/analyze": {"post": _analyze()},
            "/api/v1/stations/{station_id}/counts": {
                "post": {**_station("counts", "Count a batch, once", "CountReceipt"), **_body("CountBatch")},
            },
            **photo.paths(),
            **paths,
        },
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "station": {"type": "http", "scheme": "bearer", "description": "the key of one station"},
                **photo.SECURITY,
                **shop.SECURITY,
            },
        },
    }


def _analyze() -> dict[str, Any]:
    form = {"schema": {"type": "object", "required": ["image"], "properties": {"image": IMAGE["schema"]}}}
    pictures = {f"image/{kind}": IMAGE for kind in ("jpeg", "png", "webp")}
    return {
        "summary": "Look at one picture",
        "operationId": "analyze",
        "requestBody": {"required": True, "content": {**pictures, "multipart/form-data": form}},
        "responses": {
            "200": {"description": "its faces, from large to small", "content": _json("AnalyzeResponse")},
            **{status: {"description": reason, "content": _json("Problem")} for status, reason in REFUSALS.items()},
        },
    }


def _station(operation: str, summary: str, answer: str) -> dict[str, Any]:
    refusals = {
        "401": "no key",
        "403": "not a key of this station",
        "404": "no such station",
        "409": "clock wrong",
        "422": "not a batch",
        "503": "no database",
    }
    return {
        "summary": summary,
        "operationId": operation,
        "security": [{"station": []}],
        "parameters": [{"name": "station_id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}],
        "responses": {
            "200": {"description": "done", "content": _json(answer)},
            **{status: {"description": reason, "content": _json("Problem")} for status, reason in refusals.items()},
        },
    }


def _body(name: str) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": _json(name)}}


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
