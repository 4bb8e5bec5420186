"""A network between browser and program that can be made slow while a test runs."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class SlowNetwork:
    """Passes bytes on to a program; each waits `delay_s` and takes its time at `bytes_per_s`; an end comes `lingers_s` later."""

    def __init__(self, url: str):
        parts = urlsplit(url)
        self._target = parts.hostname, parts.port
        self.delay_s = 0.0
        self.bytes_per_s = 1e9
        self.lingers_s = 0.0
        self.url = ""

    async def serve(self, ready: threading.Event, end: asyncio.Event) -> None:
        """Pass on until `end`."""
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        await end.wait()
        server.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._target)
        try:
            await asyncio.gather(self._pass(reader, back), self._pass(there, writer), return_exceptions=True)
        finally:
            for one in (back, writer):
                one.transport.abort()

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def arrive() -> None:
            while (piece := await under_way.get())[1]:
                await asyncio.sleep(piece[0] + self.delay_s - asyncio.get_running_loop().time())
                await asyncio.sleep(len(piece[1]) / self.bytes_per_s)
                target.write(piece[1])
                await target.drain()
            await asyncio.sleep(self.lingers_s)
            target.close()

        arriving = asyncio.ensure_future(arrive())
        while content := await source.read(4096):
            under_way.put_nowait((asyncio.get_running_loop().time(), content))
        under_way.put_nowait((0.0, b""))
        await arriving


@contextmanager
def slow_network(url: str) -> Iterator[SlowNetwork]:
    """Put a network between; it is quick until told otherwise."""
    network, ready, loop = SlowNetwork(url), threading.Event(), asyncio.new_event_loop()
    end = asyncio.Event()

    def run() -> None:
        loop.run_until_complete(network.serve(ready, end))
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        # What was aborted is closed in the next turn.
        loop.run_until_complete(asyncio.sleep(0))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield network
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(10)
        loop.close()
