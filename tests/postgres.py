"""A real PostgreSQL for tests: a cluster of its own on a free port, a database per test."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start PostgreSQL with its data in `folder`; give the address of the server, without a database's name. Skips where there is none."""
    found = shutil.which("initdb") or next((str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
    if not found:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    programs, data = Path(found).parent, folder / "postgres"
    data.mkdir()
    as_whom = _ordinary_user(data)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data} -c shared_buffers=32MB"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "allsmiles", "-A", "trust", "--no-sync"],
        check=True,
        capture_output=True,
        user=as_whom,
        cwd=data,
    )
    start = [programs / "pg_ctl", "-D", data, "-o", options, "-l", data / "log", "-w"]
    subprocess.run([*start, "start"], check=True, stdout=subprocess.DEVNULL, user=as_whom, cwd=data)
    try:
        yield f"postgresql://allsmiles@127.0.0.1:{port}"
    finally:
        subprocess.run(
            [programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, user=as_whom, cwd=data
        )


def _ordinary_user(data: Path) -> str | None:
    """Return whom to run as: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return None
    pwd.getpwnam("postgres")
    for folder in (data, *data.parents[:3]):
        if folder.stat().st_mode & 0o005 != 0o005 and folder.owner() == "root" and str(folder) != "/":
            folder.chmod(folder.stat().st_mode | 0o011)
    shutil.chown(data, "postgres")
    data.chmod(0o700)
    return "postgres"
