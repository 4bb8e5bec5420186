"""Every message between page, server and other programs, as pydantic models.

`python -m webapp.contract` writes static/js/contract.js from them; the OpenAPI document is made from them at run time.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Emotion = Literal["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]
PerceivedGender = Literal["female", "male", "unknown"]
Point = tuple[float, float]
Probability = float
Scores = dict[str, Probability]
EMOTIONS: tuple[str, ...] = get_args(Emotion)
PERCEIVED_GENDERS: tuple[str, ...] = get_args(PerceivedGender)


class Message(BaseModel):
    """What travels: unknown fields are a mistake, and nothing changes on the way."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Box(Message):
    """A rectangle in pixels of the frame; it may reach beyond its edge."""

    x: float = Field(description="left edge")
    y: float = Field(description="upper edge")
    width: float
    height: float


class Detection(Message):
    """A face found in one frame."""

    box: Box
    landmarks: list[Point] = Field(
        description="right eye, left eye, nose tip, right and left corner of the mouth, as the subject has them", min_length=5, max_length=5
    )
    score: Probability = Field(description="how sure the detector is")


class Track(Detection):
    """A face followed from frame to frame."""

    id: int = Field(description="number of the person before the camera, from 1; never used again")
    visible: bool = Field(description="found in this very frame")
    first_seen: float = Field(description="ms")
    last_seen: float = Field(description="ms")


class AnalyzedFace(Message):
    """A face in one picture."""

    box: Box
    score: Probability = Field(description="how sure the detector is")
    emotion: Emotion = Field(description="the most probable expression")
    scores: Scores = Field(description="probability of each expression")
    smile: Probability
    gender: PerceivedGender = Field(description="perceived gender; unknown where neither is sure")
    gender_scores: Scores


class SeenFace(AnalyzedFace):
    """A face in one frame of a stream."""

    id: int = Field(description="stable over the frames of a connection; in a frame on its own counted from 1")
    landmarks: list[Point] = Field(description="as in Detection", min_length=5, max_length=5)


class Face(SeenFace):
    """A face as a page shows it, steadied over time."""

    sure: bool = Field(description="false: the page says unsure instead of the expression")


class Person(Message):
    """One face as a part of its group."""

    id: int
    progress: float = Field(description="how near the smile is to counting, 0 to 1; 1 when it does")
    smiling: bool
    where: Literal["left", "middle", "right"] = Field(description="third of the group, as the unmirrored picture shows it")
    background: bool = Field(description="so much smaller than the largest face that it is left out")


class Group(Message):
    """All faces before one camera, together."""

    faces: int = Field(description="those in the background not counted")
    smiling: int
    ready: bool = Field(description="somebody is there and all have been smiling for a moment")
    people: list[Person] = Field(description="from left to right, those in the background last")


class Stats(Message):
    """How fast a page looks."""

    backend: str = Field(description="engine that runs the networks, such as wasm; server where they run there")
    fps: float = Field(description="looks per second")
    detect_ms: float
    classify_ms: float
    frames: int = Field(description="frames looked at since the start")
    tensors: int = Field(description="tensors held by the engine; constant while it runs")
    round_trip_ms: float | None = Field(default=None, description="from sending a frame to its answer, where the server looks")


class AnalyzeResponse(Message):
    """What the server saw in one picture, faces from large to small."""

    width: int = Field(description="pixels, after the picture was turned upright")
    height: int
    faces: list[AnalyzedFace]
    elapsed_ms: float


class FrameRequest(BaseModel):
    """What comes with the picture of a frame."""

    model_config = ConfigDict(strict=True, frozen=True)

    time: float = Field(description="ms, growing from frame to frame", gt=-1e15, lt=1e15, allow_inf_nan=False)
    still: bool = Field(
        default=False, description="the frame on its own: nothing is followed or steadied, for those who do both themselves"
    )
    side: int | None = Field(
        default=None, description="longest side in pixels of what the detector sees; smaller is quicker and misses small faces", ge=96
    )


class FrameResponse(Message):
    """What the server saw in one frame of a stream, faces from large to small."""

    width: int
    height: int
    faces: list[SeenFace]
    elapsed_ms: float


Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
DWELL_S = (5, 15, 60, 300)
"""Seconds at which one bucket of dwell time ends and the next begins."""


class CountCell(Message):
    """What a station counted in a few seconds: sums only, nothing about a single person."""

    start: int = Field(description="ms since 1970 by the station's clock", ge=0, le=2**53)
    observed_ms: int = Field(description="how long the station was looking; what is missing is a gap, not a zero", ge=0, le=60_000)
    visits: Count = Field(description="visits that ended in this time")
    smiled: Count = Field(description="of these, visits in which a smile was detected")
    brightened: Count = Field(description="of these, visits with a smile in their last third and none in their first")
    dimmed: Count = Field(description="of these, visits with a smile in their first third and none in their last")
    dwell_ms: Count = Field(description="how long these visits lasted, together")
    dwell: list[Count] = Field(description="visits by how long they lasted, in the buckets of DWELL_S", min_length=5, max_length=5)
    emotion_ms: dict[Emotion, Count] = Field(description="time in view by expression")
    gender: dict[PerceivedGender, Count] = Field(default={}, description="visits by perceived gender; only where the place asks for it")

    @model_validator(mode="after")
    def _adds_up(self) -> "CountCell":
        if sum(self.dwell) != self.visits:
            raise ValueError("dwell does not add up to visits")
        if self.smiled > self.visits or self.brightened + self.dimmed > self.visits or sum(self.gender.values()) > self.visits:
            raise ValueError("a part is larger than visits")
        if not self.visits and (self.dwell_ms or sum(self.emotion_ms.values())):
            raise ValueError("time without a visit: what a visit brings is counted when it ends")
        return self


class CountBatch(Message):
    """Cells on their way to the server; the same stream and sequence are counted once, however often they are sent."""

    stream: str = Field(description="drawn at random when the station's queue is made", pattern="^[A-Za-z0-9_-]{8,64}$")
    sequence: int = Field(description="number of the batch in its stream", ge=1, le=2**53)
    sent_at: int = Field(description="ms since 1970 by the station's clock, at sending", ge=0, le=2**53)
    cells: list[CountCell] = Field(max_length=2000)


class RefusedCell(Message):
    """A cell that was not counted."""

    index: int = Field(description="place in the batch, from 0")
    error: Literal["too_old", "in_the_future"]
    detail: str


class CountReceipt(Message):
    """What became of a batch; once it is sent the counts are on disk."""

    accepted: int = Field(description="cells counted now or, for a duplicate, none")
    duplicate: bool = Field(description="this stream and sequence had been received before")
    refused: list[RefusedCell]
    clock_error_ms: int = Field(description="how far the station's clock is ahead; cells were moved by it where it is over 2 s")
    server_time: int = Field(description="ms since 1970")


class StationSettings(Message):
    """What a station is told about itself."""

    id: int
    name: str
    place: str
    gender: bool = Field(description="whether perceived gender is counted here")


Role = Literal["owner", "manager", "viewer"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
LARGEST_ID = 2**53
"""No id is larger: databases keep 64 bits, JavaScript's numbers 53."""
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Email = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]
LanguageCode = Annotated[str, StringConstraints(pattern="^[a-z]{2,3}(_[A-Za-z]{2,4})?$")]
Password = Annotated[str, Field(min_length=10, max_length=200)]
Clock = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]


class Login(Message):
    """Who wants in."""

    email: Email
    password: str = Field(max_length=200)


CONFIRMED = "people are told that faces are counted, and neither staff nor pupils are watched"


class Confirmation(Message):
    """What an owner confirms before the organisation's stations may count."""

    confirmed: Literal[True] = Field(description=CONFIRMED)


class Setup(Message):
    """The first owner, made once with the code that the server printed at its start."""

    code: str = Field(max_length=100)
    organisation: Name
    email: Email
    password: Password
    confirmed: Literal[True] = Field(description=CONFIRMED)


class Session(Message):
    """Who is logged in."""

    email: str
    role: Role
    organisation: str
    confirmed: bool = Field(
        description="stations may count: an owner has confirmed that people are told and neither staff nor pupils watched"
    )
    csrf: str = Field(description="to be sent as X-CSRF-Token with everything that changes something")


class UserWish(Message):
    """A user to be made."""

    email: Email
    role: Role
    password: Password


class UserInfo(Message):
    """A user as the owner sees it."""

    id: int
    email: str
    role: Role


class RoleWish(Message):
    """Another role for a user."""

    role: Role


Scope = Literal["read:counts", "read:report", "read:alerts", "write:views", "write:alerts", "write:places"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What a token may do: the dashboard's numbers; the PDF; alerts and weekly reports; views; alerts and reports; places, stations, keys."""


class TokenWish(Message):
    """A token to be made for a program."""

    name: Name
    scopes: list[Scope] = Field(min_length=1, max_length=len(SCOPES))
    days: int | None = Field(default=None, ge=1, le=3660, description="after so many days it ends; null: when it is withdrawn")


class TokenInfo(Message):
    """A token; the token itself is shown only when it is made."""

    id: int
    name: str
    scopes: list[Scope]
    hint: str = Field(description="how it begins")
    made_by: str
    made_at: int
    expires_at: int | None
    used_at: int | None = Field(description="when it was used last, to five minutes")


class NewToken(Message):
    """A token, told once."""

    token: str
    info: TokenInfo


class PasswordWish(Message):
    """A new password for oneself; all other sessions end."""

    old: str = Field(max_length=200)
    new: Password


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all time zones; looking for them takes milliseconds, and a dashboard asks for hundreds of places."""
    return frozenset(available_timezones())


class PlaceWish(Message):
    """A place to be made or changed."""

    name: Name
    time_zone: str = Field(description="by its name in the time zone database, such as Europe/Berlin")
    opening: dict[Weekday, list[tuple[Clock, Clock]]] = Field(
        default={}, description="spans of local time by weekday; none at all: always open. What lies outside is kept but not told"
    )
    gender: bool = Field(default=False, description="count perceived gender here")

    @model_validator(mode="after")
    def _known(self) -> "PlaceWish":
        if self.time_zone not in time_zones():
            raise ValueError("no such time zone: write one such as Europe/Berlin")
        return self


class KeyInfo(Message):
    """A station's key; the key itself is shown only when it is made."""

    id: int
    hint: str = Field(description="how it begins")
    made_at: int
    withdrawn_at: int | None


class StationInfo(Message):
    """A station, and whether it is well."""

    id: int
    name: str
    place_id: int
    state: Literal["never", "live", "late", "silent"] = Field(
        description="live: heard of in the last 2 minutes; late: in the last 15; never: not yet"
    )
    seen_at: int | None = Field(description="s since 1970")
    clock_error_ms: int | None
    keys: list[KeyInfo] = Field(description="empty for who may not change them")


class PlaceInfo(PlaceWish):
    """A place with its stations."""

    id: int
    stations: list[StationInfo]


class StationWish(Message):
    """A station to be made or renamed."""

    name: Name


class NewKey(Message):
    """A key, told once."""

    station_id: int
    key: str


class AuditEntry(Message):
    """Who did what, when."""

    at: int
    who: str
    action: str
    subject: str


class AlertWish(Message):
    """What a manager wants to be told of: too few visits with a smile, for a while."""

    place_id: int = Field(ge=1, le=LARGEST_ID)
    station_id: int | None = Field(default=None, ge=1, le=LARGEST_ID, description="null: all stations of the place together")
    threshold: int = Field(ge=5, le=95, multiple_of=5, description="satisfaction below which the alert begins")
    minutes: int = Field(ge=15, le=240, multiple_of=15, description="how long: whole quarters of an hour")
    visits: int = Field(
        ge=5, le=10_000, multiple_of=5, description="fewer visits in that time say nothing: the alert neither begins nor ends"
    )
    email: Email | None = Field(default=None, description="who is told; or a url")
    url: str | None = Field(default=None, max_length=500, description="which webhook is told; or an email")
    language: LanguageCode | None = Field(default=None, description="of the mails, such as de; null: as it was, at first who asks")
    paused: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> "AlertWish":
        if (self.email is None) is (self.url is None):
            raise ValueError("give an email or a url, one of them")
        return self


class MessageInfo(Message):
    """A message and what became of it."""

    kind: Literal["begin", "over", "test", "report"]
    state: Literal["waiting", "sent", "failed"]
    error: str | None = Field(description="why the last try failed")
    made_at: int
    sent_at: int | None


class AlertInfo(AlertWish):
    """An alert, and how it is."""

    id: int
    begun: bool
    changed_at: int | None = Field(description="since when; s since 1970")
    last: MessageInfo | None = Field(description="its latest message")


class NewAlert(Message):
    """An alert that was made, with the secret of its webhook, told once."""

    alert: AlertInfo
    secret: str | None = Field(description="of the signature; null where a mail is sent")


class NewSecret(Message):
    """The new secret of a webhook, told once; the one before ends."""

    secret: str


class AlertSubject(Message):
    """A place or a station in a message."""

    id: int
    name: str


class AlertMessage(Message):
    """What a webhook is sent. No number of the counts is in it."""

    id: str = Field(description="the same each time a message is sent again")
    kind: Literal["begin", "over", "test"]
    alert: int
    place: AlertSubject
    station: AlertSubject | None
    threshold: int
    minutes: int
    visits: int
    begins: str = Field(description="of the window that decided, by the place's clock, ISO 8601")
    ends: str


class ReportWish(Message):
    """A report that is sent by mail each week: the seven days before."""

    name: Name
    query: str = Field(default="", max_length=400, description="the filters, as in the dashboard's address; their period is left out")
    emails: list[Email] = Field(min_length=1, max_length=20)
    language: LanguageCode | None = Field(default=None, description="of the mails, such as de; null: as it was, at first who asks")
    weekday: int = Field(ge=0, le=6, description="from Monday, 0, by the clock of the first place")
    hour: int = Field(ge=0, le=23)
    paused: bool = False


class ReportInfo(ReportWish):
    """A weekly report, and what became of its last mail."""

    id: int
    time_zone: str
    next_at: int = Field(description="when it is sent next; s since 1970")
    last: MessageInfo | None


Resolution = Literal["minute", "quarter", "hour", "day", "week", "month"]


class Question(Message):
    """What a dashboard asks for; in the address of a page and of a request."""

    places: list[Annotated[int, Field(ge=1, le=LARGEST_ID)]] = Field(default=[], description="ids; without stations too: every place")
    stations: list[Annotated[int, Field(ge=1, le=LARGEST_ID)]] = Field(
        default=[], max_length=200, description="ids of single stations, beside the places; those of places that are named are in anyway"
    )
    first: date = Field(ge=date(2000, 1, 1), le=date(2199, 12, 31), description="first day, by each place's own clock")
    last: date = Field(ge=date(2000, 1, 1), le=date(2199, 12, 31), description="last day, included")
    resolution: Resolution | None = Field(default=None, description="of the line over time; by the length of the period if not given")

    @model_validator(mode="after")
    def _forward(self) -> "Question":
        if self.last < self.first:
            raise ValueError("the last day is before the first")
        if (self.last - self.first).days > 3700:
            raise ValueError("ask for ten years at most")
        if self.resolution == "minute" and self.last != self.first:
            raise ValueError("ask for the minutes of one day at a time")
        return self


class EstimateInfo(Message):
    """A number with its 95 % confidence interval."""

    value: float
    low: float
    high: float


class Figures(Message):
    """The numbers of one period. Parts that rest on too few visits are left out."""

    visits: int
    satisfaction: EstimateInfo | None = Field(description="of 100 visits, those in which a smile was detected; Wilson's interval")
    brightening: EstimateInfo | None = Field(description="of 100 visits, how many more left smiling than came smiling")
    dwell_s: float | None = Field(description="mean length of a visit, in seconds")
    dwell: list[int] = Field(description="visits by how long they lasted, in the buckets of DWELL_S")
    emotions: dict[str, float] = Field(description="share of the time in view by expression")
    gender: dict[str, int] = Field(description="visits by perceived gender; empty where it is off")
    observed: float | None = Field(description="share of opening hours that the stations were looking, up to yesterday")


class Step(Message):
    """One step of the line over time."""

    at: int = Field(description="its beginning on the places' own clock, as seconds since 1970 as if that clock were UTC")
    visits: int | None = Field(description="null: no station was looking, or withheld")
    satisfaction: EstimateInfo | None
    withheld: bool = Field(description="some or all visits are left out because they are too few")


class HeatCell(Message):
    """One hour of the week."""

    weekday: int = Field(description="from Monday, 0")
    hour: int
    visits: int
    satisfaction: EstimateInfo | None


class LeagueRow(Message):
    """One place among the others, or one station of a place."""

    id: int
    name: str
    visits: int
    visits_before: int
    satisfaction: EstimateInfo | None
    change: EstimateInfo | None = Field(description="of satisfaction against the period before, with its interval")


class Summary(Message):
    """Everything that a dashboard shows of a period."""

    first: date
    last: date
    before_first: date
    before_last: date
    resolution: Resolution
    fewest: int = Field(description="visits below which a number is withheld")
    now: Figures
    before: Figures | None = Field(description="null: the stations were looking for less than half as long")
    change: EstimateInfo | None = Field(description="of satisfaction")
    steps: list[Step]
    heat: list[HeatCell]
    league: list[LeagueRow] = Field(description="the places, best first")
    stations: list[LeagueRow] = Field(description="the stations of the only place that is asked about, best first; none of several places")


class ViewWish(Message):
    """A view of the dashboard to be kept."""

    name: Name
    query: str = Field(max_length=400, description="the filters, as in the dashboard's address after the question mark")


class ViewInfo(ViewWish):
    """A view that is kept."""

    id: int
    embedded: bool = Field(description="other sites may show it")


class ViewLink(Message):
    """Where an embedded view is, told once."""

    path: str


class EmbeddedView(Message):
    """What an embedded view shows."""

    name: str
    query: str
    places: list[PlaceInfo]
    summary: Summary


class SharedPhoto(Message):
    """A photo that the server keeps for a while."""

    url: str = Field(description="the page with the photo; who has it sees the photo")
    qr_url: str = Field(description="the link as a QR code, an SVG")
    delete_key: str = Field(description="who has it may remove the photo before its time")
    delete_url: str = Field(description="the page with the key")
    expires: float = Field(description="when the photo is removed, ms since 1970")


class EventRequest(Message):
    """An event that somebody begins."""

    name: str = Field(min_length=1, max_length=60)
    slideshow: bool = Field(default=False, description="whether a second screen shows the photos shared at it")


class OpenedEvent(Message):
    """An event that has begun."""

    event: str = Field(description="who knows it may add photos")
    booth_url: str = Field(description="opens the group photo for this event")
    slideshow_url: str | None = Field(description="the page for the second screen")
    expires: float = Field(description="ms since 1970")


class SlideshowPhotos(Message):
    """The photos of an event, the oldest first."""

    name: str
    urls: list[str]


class RoomJoin(Message):
    """A camera that takes its seat in a room."""

    code: str = Field(pattern="^[A-HJ-NP-Z2-9]{6}$")
    token: str = Field(min_length=16, max_length=64, description="secret of the seat, kept by the tab: a reload finds its seat again")


class RoomReport(Message):
    """How close the faces before one camera are: numbers only."""

    progress: list[Annotated[float, Field(ge=0, le=1)]] = Field(max_length=40, description="one per face, 1 while it smiles")
    smiling: bool = Field(description="somebody is there and all smile")
    watching: bool = Field(default=False, description="the last photo is still looked at, so these smiles are not for the next")


class RoomFinish(Message):
    """What the host has written on the room's collage; a logo comes beside it."""

    frame: Literal["none", "white", "dark", "sunny"] = "none"
    title: str = Field(default="", max_length=60)
    date: bool = False


class RoomSeat(Message):
    """A camera as the others see it."""

    id: str
    name: str
    progress: list[float]
    smiling: bool
    watching: bool
    required: bool
    away: bool
    host: bool


class RoomView(Message):
    """A room as its members see it."""

    code: str
    you: str = Field(description="id of the seat that asked")
    state: Literal["waiting", "counting", "gathering", "showing"]
    seats: list[RoomSeat]
    shot: int = Field(description="number of the last photo, from 1")
    due: float | None = Field(description="when all shoot, ms on the server's clock")
    shooters: list[str] = Field(description="seats that took part in the last photo")
    resting: bool = Field(description="the next smile is waited for, not the one that is still there from the last photo or countdown")
    agreed: bool = Field(description="all of them share their frames: now these may be sent")
    time: float = Field(description="ms on the server's clock")


class Problem(Message):
    """Why a request was refused and what to do."""

    error: str = Field(description="a stable word for programs")
    detail: str = Field(description="a sentence for people")
    retry_ms: int | None = Field(default=None, description="when to try again, where that helps")


class ManifestInput(BaseModel):
    """How pixels reach a network."""

    width: int
    height: int
    channels: int
    color: Literal["grey", "rgb"]
    scale: float = Field(description="network input = pixel (0 to 255) * scale + offset")
    offset: float
    crop_scale: float = Field(description="side of the crop over the larger side of the face's box")
    crop_shift: float = Field(default=0.0, description="how far the crop's centre lies below the box's, as a share of the crop's side")


class Manifest(BaseModel):
    """The part of static/models/<name>/manifest.json that every network has."""

    name: str
    version: str
    task: Literal["detection", "emotion", "gender"]
    architecture: str
    labels: list[str]
    input: ManifestInput
    output: Literal["logits", "probabilities", "detections"]
    parameters: int
    sha256: dict[str, str]
    metrics: dict[str, Any]
    source: str
    licence: str


IN_PAGES = (
    Box,
    Detection,
    Track,
    Face,
    Person,
    Group,
    Stats,
    AnalyzedFace,
    SeenFace,
    AnalyzeResponse,
    FrameRequest,
    FrameResponse,
    CountCell,
    CountBatch,
    RefusedCell,
    CountReceipt,
    StationSettings,
    Session,
    UserInfo,
    TokenInfo,
    NewToken,
    KeyInfo,
    StationInfo,
    PlaceInfo,
    NewKey,
    AuditEntry,
    MessageInfo,
    AlertInfo,
    NewAlert,
    NewSecret,
    ReportInfo,
    EstimateInfo,
    Figures,
    Step,
    HeatCell,
    LeagueRow,
    Summary,
    ViewWish,
    ViewInfo,
    ViewLink,
    EmbeddedView,
    SharedPhoto,
    EventRequest,
    OpenedEvent,
    SlideshowPhotos,
    RoomJoin,
    RoomFinish,
    RoomReport,
    RoomSeat,
    RoomView,
    Problem,
    ManifestInput,
    Manifest,
)
JAVASCRIPT = Path(__file__).resolve().parent.parent / "static" / "js" / "contract.js"


def javascript() -> str:
    """Return static/js/contract.js: the labels, and a JSDoc type per message."""
    lines = ["// Generated from webapp/contract.py by `python -m webapp.contract`; do not edit.", ""]
    lines += ["/** @typedef {Record<string, number>} Scores probability by label */", ""]
    for model in IN_PAGES:
        schema = model.model_json_schema(mode="serialization")
        lines += ["/**", f" * {(model.__doc__ or '').strip()}", f" * @typedef {{object}} {model.__name__}"]
        lines += [f" * @property {{{_type(field)}}} {_name(name, schema)}{_said(field)}" for name, field in schema["properties"].items()]
        lines += [" */", ""]
    lines += [f"export const EMOTIONS = /** @type {{const}} */ ({json.dumps(EMOTIONS)});", ""]
    lines += [f"export const SCOPES = /** @type {{const}} */ ({json.dumps(SCOPES)});", ""]
    lines += ["/** Seconds at which one bucket of dwell time ends and the next begins. */"]
    lines += [f"export const DWELL_S = /** @type {{const}} */ ({json.dumps(DWELL_S)});", ""]
    lines += [f"export const PERCEIVED_GENDERS = /** @type {{const}} */ ({json.dumps(PERCEIVED_GENDERS)});", ""]
    return "\n".join(lines)


def _name(name: str, schema: dict[str, Any]) -> str:
    return name if name in schema.get("required", []) else f"[{name}]"


def _said(field: dict[str, Any]) -> str:
    return f" {field['description']}" if "description" in field else ""


def _type(field: dict[str, Any]) -> str:
    """Return the JSDoc type of a JSON schema; labels are plain strings there, since a network brings its own."""
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in field:
        return " | ".join(_type(option) for option in field["anyOf"])
    if field.get("type") == "array":
        if "prefixItems" in field:
            return f"[{', '.join(_type(item) for item in field['prefixItems'])}]"
        return f"({_type(field['items'])})[]"
    if field.get("type") == "object":
        values = field.get("additionalProperties", True)
        return f"Record<string, {_type(values) if isinstance(values, dict) else 'any'}>"
    return {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}.get(
        field.get("type", ""), "any"
    )


if __name__ == "__main__":
    JAVASCRIPT.write_text(javascript())
