"""Real services on free loopback ports, for the time of a test: Redis, nginx, PostgreSQL.

A test is skipped, with the reason, where the program is not installed; `python -m tests` installs what it may.
"""

import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

DEBIAN = {"redis-server": "redis-server", "nginx": "nginx", "postgres": "postgresql"}
"""The Debian package that brings each program."""
PLACES = ("/usr/sbin", "/usr/local/sbin", *map(str, sorted(Path("/").glob("usr/lib/postgresql/*/bin"), reverse=True)))
PATIENCE_S = 60


def found(program: str) -> str | None:
    """Return the path of a program, also where Debian keeps what is not on everybody's PATH."""
    return shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", os.defpath), *PLACES]))


def needed(program: str) -> str:
    """Return the path of a program, or skip the test and say what to install."""
    path = found(program)
    if path is None:
        pytest.skip(f"{program} is not installed: apt-get install {DEBIAN.get(program, program)}")
    return path


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def redis_server(port: int | None = None) -> Iterator[str]:
    """Run Redis, which keeps nothing on disk, and give its URL; with the same `port` it comes back at the same address."""
    port = port or free_port()
    command = [needed("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--logfile", ""]
    with (
        tempfile.TemporaryDirectory(prefix="allsmiles-redis-") as folder,
        subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process,
    ):
        try:
            assert process.stdout
            heard = list(_until("Ready to accept connections", process.stdout))
            assert process.poll() is None, f"redis-server ended: {''.join(heard)}"
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE_S)


@contextmanager
def nginx(servers: str) -> Iterator[None]:
    """Run nginx with `servers` as what stands inside its http block; it listens when the block is entered."""
    program = needed("nginx")
    with tempfile.TemporaryDirectory(prefix="allsmiles-nginx-") as folder:
        configuration = Path(folder) / "nginx.conf"
        configuration.write_text(_nginx_configuration(folder, servers))
        command = [program, "-p", folder, "-c", str(configuration), "-e", f"{folder}/error.log"]
        # It goes into the background once it listens, and it is gone when its file with the process id is.
        started = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
        assert started.returncode == 0, started.stderr
        master = int((Path(folder) / "nginx.pid").read_text())
        watched = os.pidfd_open(master)
        try:
            yield
        finally:
            os.kill(master, signal.SIGTERM)
            _gone(watched)


@contextmanager
def postgresql(durable: bool = False) -> Iterator[str]:
    """Run PostgreSQL and give its URL without a database's name; it waits for the disk only if `durable`. It never runs as root."""
    bin_folder = Path(needed("postgres")).resolve().parent
    who: dict[str, Any] = _somebody_unprivileged() if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="allsmiles-postgresql-") as folder:
        if who:
            shutil.chown(folder, who["user"], who["group"])
        data, port = f"{folder}/data", free_port()
        how = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL, "timeout": PATIENCE_S, **who}
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": folder}
        initdb = [bin_folder / "initdb", "-D", data, "-U", "allsmiles", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(initdb, env=environment, **how)
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        if not durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        control = [bin_folder / "pg_ctl", "-D", data, "-w"]
        subprocess.run([*control, "-l", f"{folder}/log", "-o", options, "start"], env=environment, **how)
        try:
            yield f"postgresql://allsmiles@127.0.0.1:{port}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], env=environment, **how)


def _until(words: str, lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if words in line:
            return


def _nginx_configuration(folder: str, servers: str) -> str:
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;" if os.geteuid() == 0 else ""
    return f"""{user} worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log info;
events {{ worker_connections 4096; }}
http {{ access_log off; {temporary}
{servers}
}}
"""


def _gone(watched: int) -> None:
    """Wait until a process that is no child of this one has ended."""
    try:
        ended, _, _ = select.select([watched], [], [], PATIENCE_S)
        assert ended, "nginx does not stop"
    finally:
        os.close(watched)


def _somebody_unprivileged() -> dict[str, Any]:
    """Return subprocess' arguments for a user that PostgreSQL agrees to run as."""
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    pytest.skip("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`")
