import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.services import free_port
from webapp.cli import main

ROOT = Path(__file__).resolve().parents[2]


def test_it_prints_its_url_serves_and_stops_when_asked(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "webapp", "--port", "0", "--data-dir", str(tmp_path)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline()).group()
        with urllib.request.urlopen(f"{url}/healthz", timeout=60) as answer:
            status = answer.status
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)

    assert status == 200
    assert server.returncode == 0


def test_a_port_in_use_is_told_with_the_way_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        status = main(["--port", str(port), "--data-dir", str(tmp_path)])

    assert status == 2
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err


def test_a_redis_that_does_not_answer_is_told_before_anybody_comes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--redis-url", f"redis://127.0.0.1:{free_port()}/0", "--data-dir", str(tmp_path), "--port", "0"])

    assert status == 2
    assert "--redis-url" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()

    assert main(["--data-dir", str(tmp_path / "file" / "data")]) == 2
    assert "--data-dir" in capsys.readouterr().err


def test_a_page_without_its_engine_is_told_before_anybody_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("webapp.cli.asset_folders", lambda: (tmp_path, tmp_path))

    assert main(["--data-dir", str(tmp_path)]) == 2
    assert "pip install" in capsys.readouterr().err


def test_the_server_never_loads_tensorflow() -> None:
    code = (
        "import sys, webapp.app; webapp.app.create_app(); print([n for n in ('tensorflow', 'keras', 'export', 'cv2') if n in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ}).stdout

    assert printed.strip() == "[]"
