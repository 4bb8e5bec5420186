"""What the server tells its operator, as text or JSON: no picture, no face, no address of a visitor."""

import json
import logging
import time
from threading import Lock
from typing import Any

from webapp.rates import Rates

NOISY = ("engineio.server", "socketio.server")
"""Libraries that tell of every bad message with a trace: whoever sends many would fill the disk."""


class JsonFormatter(logging.Formatter):
    """One JSON object per line: time, level, logger, message, and error where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        told: dict[str, Any] = {
            "time": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told)


class Seldom(logging.Filter):
    """Lets the same message through ten times and then once in ten seconds, without its trace."""

    def __init__(self) -> None:
        super().__init__()
        self._rates = Rates(0.1, 10, keys=100)
        self._turn = Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether to keep a record."""
        # Who would have to wait is one of many: in a flood hundreds of threads would stand here, each until Python switches to it.
        if not self._turn.acquire(blocking=False):
            return False
        try:
            told = self._rates.take(f"{record.name} {str(record.msg)[:40]}", record.created) == 0.0
        finally:
            self._turn.release()
        if told and record.exc_info and record.exc_info[1] is not None:
            record.msg, record.args = f"{record.getMessage()}: {type(record.exc_info[1]).__name__}: {record.exc_info[1]}", ()
            record.exc_info = record.exc_text = None
        return told


def configure(level: str, form: str) -> None:
    """Send what is logged, from `level` on, to standard error, in the form `text` or `json`."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).addFilter(Seldom())
