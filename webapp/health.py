"""Is the process alive, and can it do its work?"""

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Answer 200 as long as the process lives."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Answer 200 when networks and database are usable, else 503 with the reason. Without Redis this server goes on alone, and says so."""
    store = current_app.extensions["allsmiles_store"]
    reason = current_app.extensions["allsmiles"].reason or (store if isinstance(store, str) else store.check())
    if reason:
        return jsonify(error="not_ready", detail=reason), 503
    alone = current_app.extensions["allsmiles_shared"].gone()
    return jsonify(status="ready", detail=alone) if alone else jsonify(status="ready")
