"""A bare web server over folders of files and a browser to open it: for tests of the browser's networks without the
program.
"""

import base64
import functools
import io
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]
NO_GPU = ["--disable-gpu"]
SOFTWARE_GPU = [
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
]
"""WebGL and WebGPU drawn by the processor: right, and thirty times slower than they are on a graphics card."""


class _Handler(SimpleHTTPRequestHandler):
    extensions_map: ClassVar = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".wasm": "application/wasm",
    }

    def __init__(self, *arguments: object, folders: dict[str, Path], **more: object):
        self.folders = folders
        super().__init__(*arguments, **more)  # type: ignore[arg-type]

    def translate_path(self, path: str) -> str:
        """Find the file under the first folder whose address the path begins with."""
        clean = path.split("?")[0]
        for address, folder in self.folders.items():
            if clean.startswith(address):
                return str(folder / clean[len(address) :].lstrip("/"))
        return "/nowhere"

    def do_GET(self) -> None:
        """Answer `/` with an empty page, else with a file."""
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>networks</title>")
        else:
            super().do_GET()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def site(folders: dict[str, Path]) -> Iterator[str]:
    """Serve folders by the address they appear under, most special first; give the URL of an empty page beside them."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, folders=folders))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def chromium(flags: list[str] = NO_GPU) -> Iterator[Browser]:
    """Start the browser that is there, `ALLSMILES_BROWSER` first, else Playwright's own."""
    found = os.environ.get("ALLSMILES_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


def png(image: NDArray[np.uint8]) -> str:
    """Encode a picture without loss, in base64."""
    target = io.BytesIO()
    Image.fromarray(image).save(target, "png")
    return base64.b64encode(target.getvalue()).decode()


@contextmanager
def empty_page() -> Iterator[Page]:
    """Open an empty page beside the static files, with graphics drawn by software and patience for them."""
    with site({"/static/": ROOT / "static"}) as url, chromium(SOFTWARE_GPU) as browser:
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(url)
        yield page
