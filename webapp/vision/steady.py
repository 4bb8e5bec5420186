"""Decisions that do not flicker: a change shows when wanted for a while; the twin of static/js/core/steady.js."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value", str, bool)


class Dwell(Generic[Value]):
    """A switch that follows what is wanted with patience.

    The first wish is shown at once; another one after something else than the shown has been wanted for `dwell_ms`
    without a break and the shown has stayed for `stay_ms`. When time runs backwards it starts anew.
    """

    def __init__(self, stay_ms: float = 0.0) -> None:
        self._stay_ms = stay_ms
        self.reset()

    def reset(self) -> None:
        """Forget what is shown."""
        self._shown: Value | None = None
        self._since = self._time = 0.0
        self._unwanted_since: float | None = None

    def dwell(self, wanted: Value, time: float, dwell_ms: float) -> Value:
        """Say what is wanted at `time` (ms) and learn what is shown."""
        if self._shown is None or time < self._time:
            self._show(wanted, time)
        self._time = time
        if wanted == self._shown:
            self._unwanted_since = None
        elif self._unwanted_since is None:
            self._unwanted_since = time
        if self._unwanted_since is not None:
            patient = time - self._unwanted_since >= dwell_ms and time - self._since >= self._stay_ms
            if patient:
                self._show(wanted, time)
        assert self._shown is not None
        return self._shown

    def _show(self, wanted: Value, time: float) -> None:
        self._shown, self._since, self._time, self._unwanted_since = wanted, time, time, None


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadyLabelConfig:
    """How patiently a label is chosen; each field with its unit and effect."""

    enter: float
    """Share that a rival needs of the two probabilities, its own and the shown label's, to become the candidate."""
    leave: float
    """Share under which the candidate is one no more. Further apart from enter: calmer, later."""
    dwell_ms: float
    """How long a candidate must lead before it is shown, in ms. Longer: calmer, later."""
    stay_ms: float
    """How long a label stays at least, in ms."""
    unsure_ms: float
    """How long a label must be unlikely before it is not sure, in ms: longer than a change of label takes, so that none
    passes through "unsure"."""
    unsure_below: float
    """Probability of the shown label under which it is not sure."""
    sure_margin: float
    """How far above `unsure_below` it must be to become sure."""


class SteadyLabel:
    """The choice of the label that is shown, and whether it is sure. The first label is shown at once."""

    def __init__(self, config: SteadyLabelConfig) -> None:
        self._config = config
        self._label_dwell = Dwell[str](config.stay_ms)
        self._sure_dwell = Dwell[bool]()
        self._shown: str | None = None
        self._contested = self._sure = False

    def steady(self, scores: Mapping[str, float], time: float) -> tuple[str, bool]:
        """Take the scores at `time` (ms) and return the label and whether it is sure."""
        config = self._config
        rival = _best(scores)
        before = self._shown
        shown = rival if before is None else before
        share = scores[rival] / (scores[rival] + scores[shown])
        self._contested = rival != shown and share >= (config.leave if self._contested else config.enter)
        shown = self._label_dwell.dwell(rival if self._contested else shown, time, config.dwell_ms)
        if shown != before:
            self._shown, self._contested = shown, False
            self._sure_dwell.reset()
            self._sure = False
        likely = scores[shown] >= config.unsure_below + (0.0 if self._sure else config.sure_margin)
        self._sure = self._sure_dwell.dwell(likely, time, config.dwell_ms if likely else config.unsure_ms)
        return shown, self._sure


class SteadyOrUnknown:
    """The choice between labels and "unknown", which stands wherever no label reaches `unsure_below`."""

    def __init__(self, *, unsure_below: float, sure_margin: float, dwell_ms: float) -> None:
        self._unsure_below, self._sure_margin, self._dwell_ms = unsure_below, sure_margin, dwell_ms
        self._dwell = Dwell[str]()
        self._shown: str | None = None

    def steady(self, scores: Mapping[str, float], time: float) -> str:
        """Take the scores at `time` (ms) and return the label, the first one at once."""
        label = _best(scores)
        needed = self._unsure_below + (0.0 if self._shown in (None, label) else self._sure_margin)
        self._shown = self._dwell.dwell(label if scores[label] >= needed else "unknown", time, self._dwell_ms)
        return self._shown


def _best(scores: Mapping[str, float]) -> str:
    """Give the most probable label, the first of equals."""
    return max(scores, key=lambda label: scores[label])
