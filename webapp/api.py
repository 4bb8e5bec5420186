"""REST under /api/v1: one picture in, its faces out."""

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from webapp.contract import AnalyzedFace, AnalyzeResponse, Box, Problem
from webapp.looking import Looking, NotReady
from webapp.openapi import document
from webapp.pool import Busy
from webapp.vision.image import BadImage
from webapp.vision.smooth import Face

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
FORM = "multipart/form-data"


@blueprint.post("/analyze")
def analyze() -> ResponseReturnValue:
    """Answer with every face of the picture in the body, or in the form field `image`, from large to small."""
    looking: Looking = current_app.extensions["allsmiles"]
    seen = looking.look(_content(), looking.viewer(still=True), 0.0, "analyze")
    faces = [analyzed(face) for face in seen.faces]
    answer = AnalyzeResponse(width=seen.width, height=seen.height, faces=faces, elapsed_ms=seen.elapsed_ms)
    return Response(answer.model_dump_json(), mimetype="application/json")


@blueprint.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """Answer with the description of this interface."""
    return jsonify(document())


def analyzed(face: Face) -> AnalyzedFace:
    """Return the part of a face that a single picture can tell."""
    return AnalyzedFace(
        box=Box(**face.box._asdict()),
        score=face.score,
        emotion=face.emotion,  # type: ignore[arg-type]  # pydantic checks it
        scores=face.scores,
        smile=face.smile,
        gender=face.gender,  # type: ignore[arg-type]
        gender_scores=face.gender_scores,
    )


def _content() -> bytes:
    if request.mimetype == FORM:
        file = request.files.get("image")
        if file is None:
            raise BadImage(400, "no_image", "The form has no field called image: put the picture there.")
        return file.read()
    if not (request.mimetype.startswith("image/") or request.mimetype in ("", "application/octet-stream")):
        raise BadImage(
            415, "unsupported_type", f"A body of type {request.mimetype} is no picture: send image/jpeg, image/png or image/webp."
        )
    content = request.get_data(cache=False)
    # A body that never told its length is cut at the limit without a word; asking for more raises what it should have.
    request.stream.read(1)
    return content


@blueprint.app_errorhandler(BadImage)
def _bad_image(problem: BadImage) -> ResponseReturnValue:
    return refused(problem.status, problem.error, problem.detail)


@blueprint.app_errorhandler(Busy)
def _busy(problem: Busy) -> ResponseReturnValue:
    response = refused(429, "busy", problem.detail, problem.retry_ms)
    response.headers["Retry-After"] = str(-(problem.retry_ms // -1000))
    return response


@blueprint.app_errorhandler(NotReady)
def _not_ready(problem: NotReady) -> ResponseReturnValue:
    return refused(503, "not_ready", str(problem))


def http_problem(problem: HTTPException) -> Response:
    """Return Flask's own refusals, such as 404, 405 and 413, in the form of this interface."""
    status = problem.code or 500
    detail = {413: "The request is larger than this server accepts: send a smaller picture."}.get(
        status, problem.description or problem.name
    )
    response = refused(status, problem.name.lower().replace(" ", "_"), detail)
    response.headers.extend((name, value) for name, value in problem.get_headers() if name == "Allow")
    return response


def refused(status: int, error: str, detail: str, retry_ms: int | None = None) -> Response:
    """Return a refusal as {"error", "detail"}."""
    text = Problem(error=error, detail=detail, retry_ms=retry_ms).model_dump_json(exclude_none=True)
    return Response(text, status, mimetype="application/json")
