"""What several processes share through Redis, and whether it is there: without it each goes on alone."""

import logging

from redis import Redis
from redis.exceptions import RedisError

from webapp.metrics import Metrics

PATIENCE_S = 2.0
"""How long Redis may take before it counts as gone: who asked is told, rather than made to wait."""
log = logging.getLogger(__name__)


def open_redis(url: str) -> Redis:
    """Return a client that gives up a Redis which does not answer."""
    return Redis.from_url(url, socket_connect_timeout=PATIENCE_S, socket_timeout=PATIENCE_S)


class Shared:
    """The Redis at `url`; empty where this process shares with nobody."""

    def __init__(self, url: str, metrics: Metrics):
        self._redis = open_redis(url) if url else None
        self._gone = False
        if self._redis:
            metrics.redis_up.set_function(lambda: 0.0 if self.gone() else 1.0)

    def gone(self) -> str:
        """Ask Redis, and say what goes on without it; empty where it answers or is not needed."""
        reason = ""
        try:
            if self._redis:
                self._redis.ping()
        except RedisError as problem:
            reason = f"Redis cannot be reached ({problem}): rooms rest, and this server shares nothing with others until it is back."
        if bool(reason) != self._gone:
            self._gone = bool(reason)
            log.log(logging.ERROR if reason else logging.INFO, "%s", reason or "Redis is back")
        return reason
