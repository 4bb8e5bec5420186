"""When a photo is taken: waiting, counting, shooting, showing; the twin of static/js/core/capture.js, drawn in docs/photo.md.

`step(capture, event, time, config)` returns the next state and the effects that follow from it; nothing is read from a clock. Counting
starts when everybody has smiled for the hold time, stops when the group falls apart, and ends in exactly one "shoot" per arming.
"""

from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

from webapp.vision.group import Group

BETTER = 0.05
"""A moment is kept as the best so far when it is better by this much of one person's smile, and not more often than KEEP_EVERY_MS."""
KEEP_EVERY_MS = 400.0

State = Literal["waiting", "counting", "shooting", "showing"]
Happening = Literal["tick", "fire", "take_best", "taken", "failed", "again", "retake", "stay", "cancel"]
Event = Group | Happening
"""News of the group, or what a person or the program did."""
Effect = tuple[Literal["count", "stopped", "shoot", "keep", "offer", "use_best", "armed"], int]
"""What is to be done, and the number to say for "count", else 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureConfig:
    """How patient the camera is, in ms; each field with its effect."""

    hold_ms: float = 600.0
    """How long everybody must smile before counting starts. Longer: fewer photos by chance."""
    countdown_ms: float = 3000.0
    """From the first number to the photo; 0 takes it at once."""
    apart_ms: float = 350.0
    """How long the group may fall apart while counting, for a blink of the networks."""
    commit_ms: float = 0.0
    """So shortly before the photo nothing stops it any more, since not all could be told in time; 0 for one camera."""
    stale_ms: float = 1500.0
    """Without news of the group for so long, nobody is taken to smile."""
    offer_ms: float = 20_000.0
    """After waiting so long with somebody there, the best moment so far is offered."""
    again_ms: float = 5000.0
    """How long a photo is shown before the next is waited for, in continuous use."""
    continuous: bool = False
    """Whether the next photo is waited for by itself."""
    rest_ms: float = 8000.0
    """After a kept photo or a countdown stopped by hand, who smiles on is not counted down again for so long. Whoever stops once is."""


@dataclass(frozen=True, slots=True)
class Capture:
    """The state since `since`, and what is remembered in it; times in ms."""

    since: float
    state: State = "waiting"
    all: bool = False
    heard: float | None = None
    held_since: float | None = None
    apart_since: float | None = None
    rests_until: float | None = None
    by_hand: bool = False
    left: int = 0
    ends: float | None = None
    best: float = 0.0
    best_at: float | None = None
    there_since: float | None = None
    offered: bool = False


Stepped = tuple[Capture, tuple[Effect, ...]]


def step(capture: Capture, event: Event, time: float, config: CaptureConfig) -> Stepped:
    """Take one event."""
    known = _hear(capture, event, time, config)
    if known.state == "waiting":
        return _while_waiting(known, event, time, config)
    if known.state == "counting":
        return _cancel(known, time, config) if event == "cancel" else _while_counting(known, time, config)
    if known.state == "shooting":
        return _while_shooting(known, event, time, config)
    return _while_showing(known, event, time, config)


def closeness(group: Group) -> float:
    """Sum up a group's smiles: a moment with more people who nearly smile is a better one."""
    return sum(person.progress for person in group.people if not person.background)


def _hear(capture: Capture, event: Event, time: float, config: CaptureConfig) -> Capture:
    """Take in what is new of the group, and forget what is too old."""
    if capture.heard is None or time - capture.heard > config.stale_ms or time < capture.heard:
        capture = replace(capture, all=False, held_since=None)
    if not isinstance(event, Group):
        return capture
    everybody = event.faces > 0 and event.smiling == event.faces
    since = time if capture.held_since is None else capture.held_since
    return replace(capture, all=everybody, heard=time, held_since=since if everybody else None)


def _while_waiting(capture: Capture, event: Event, time: float, config: CaptureConfig) -> Stepped:
    if event == "fire":
        return _count(replace(capture, by_hand=True), time, config)
    if event == "take_best" and capture.best > 0:
        return _shoot(capture, time, "use_best")
    rested = _rest(capture, event, time, config)
    held = rested.all and rested.held_since is not None and time - rested.held_since >= config.hold_ms
    if held and rested.rests_until is None:
        return _count(rested, time, config)
    return _watch(rested, event, time, config) if isinstance(event, Group) else (rested, ())


def _rest(capture: Capture, event: Event, time: float, config: CaptureConfig) -> Capture:
    """End the rest after a photo when it is over, or once the news says for more than a blink that somebody does not smile."""
    if capture.rests_until is None:
        return capture
    news = isinstance(event, Group)
    since = time if capture.apart_since is None and news else capture.apart_since
    apart_since = None if capture.all else since
    apart = news and apart_since is not None and time - apart_since >= config.apart_ms
    over = apart or time >= capture.rests_until or time < capture.since
    return replace(capture, apart_since=None, rests_until=None) if over else replace(capture, apart_since=apart_since)


def _watch(capture: Capture, group: Group, time: float, config: CaptureConfig) -> Stepped:
    """Keep the best moment so far, and offer it after a while."""
    effects: list[Effect] = []
    good = closeness(group)
    there_since = time if capture.there_since is None else capture.there_since
    capture = replace(capture, there_since=there_since if group.faces > 0 else None)
    if good > capture.best + BETTER and (capture.best_at is None or time - capture.best_at >= KEEP_EVERY_MS):
        effects.append(("keep", 0))
        capture = replace(capture, best=good, best_at=time)
    waited = capture.there_since is not None and time - capture.there_since >= config.offer_ms
    if waited and capture.best > 0 and not capture.offered:
        effects.append(("offer", 0))
        capture = replace(capture, offered=True)
    return capture, tuple(effects)


def _count(capture: Capture, time: float, config: CaptureConfig) -> Stepped:
    counting = replace(capture, state="counting", since=time, ends=time + config.countdown_ms, apart_since=None, left=0)
    return _while_counting(counting, time, config)


def _while_counting(capture: Capture, time: float, config: CaptureConfig) -> Stepped:
    remaining = max(0.0, (time if capture.ends is None else capture.ends) - time)
    fit = capture.all or capture.by_hand or remaining < config.commit_ms
    since = time if capture.apart_since is None else capture.apart_since
    apart_since = None if fit else since
    if apart_since is not None and time - apart_since >= config.apart_ms:
        return _stop(capture, time)
    if remaining == 0 and fit:
        return _shoot(capture, time, "shoot")
    left = max(1, ceil(remaining / 1000))
    return replace(capture, apart_since=apart_since, left=left), () if left == capture.left else (("count", left),)


def _stop(capture: Capture, time: float) -> Stepped:
    kept = replace(capture, state="waiting", since=time, held_since=None, apart_since=None, rests_until=None, by_hand=False, left=0)
    return replace(kept, ends=None), (("stopped", 0),)


def _cancel(capture: Capture, time: float, config: CaptureConfig) -> Stepped:
    """Stop by hand: who goes on smiling is not counted down again at once."""
    if max(0.0, (time if capture.ends is None else capture.ends) - time) < config.commit_ms:
        return _while_counting(capture, time, config)
    stopped, effects = _stop(capture, time)
    return replace(stopped, rests_until=time + config.rest_ms), effects


def _shoot(capture: Capture, time: float, kind: Literal["shoot", "use_best"]) -> Stepped:
    return replace(capture, state="shooting", since=time, ends=None), ((kind, 0),)


def _while_shooting(capture: Capture, event: Event, time: float, config: CaptureConfig) -> Stepped:
    if event == "failed":
        return Capture(time), (("armed", 0),)
    if event != "taken":
        return capture, ()
    return replace(capture, state="showing", since=time, ends=time + config.again_ms if config.continuous else None), ()


def _while_showing(capture: Capture, event: Event, time: float, config: CaptureConfig) -> Stepped:
    if event == "stay":
        return replace(capture, ends=None), ()
    by_itself = capture.ends is not None and time >= capture.ends
    if event not in ("again", "retake") and not by_itself:
        return capture, ()
    if event != "again":
        return Capture(time), (("armed", 0),)
    # Who keeps a photo still smiles at it; who asks for another, or for one every few seconds, means the next smile too.
    resting = Capture(time, all=capture.all, heard=capture.heard, rests_until=time + config.rest_ms)
    return resting, (("armed", 0),)
