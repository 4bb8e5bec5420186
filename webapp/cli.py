"""The command `allsmiles`: read the settings, check them, serve."""

import argparse
import socket
import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import redis
import segno

from webapp import __version__, logs
from webapp.assets import asset_folders, check_assets
from webapp.commands import COMMANDS, run_command
from webapp.config import Config, checked, flag, from_environment, parsed, variable
from webapp.replicas import missing
from webapp.shop.store import Store


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped, or run a sub-command; return 2 with a sentence on what to change where that is not possible."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if arguments and arguments[0] in COMMANDS:
        return run_command(arguments)
    options = vars(_parser().parse_args(arguments))
    try:
        given = {name: parsed(name, text, flag(name)) for name, text in options.items() if text is not None}
        config = checked(_settings({**from_environment(), **given}))
        _prepare(config)
        listener = _listen(config)
    except ValueError as problem:
        print(f"allsmiles: {problem}", file=sys.stderr)
        return 2
    logs.configure(config.log_level, config.log_format)
    _serve(config, listener)
    return 0


def _settings(given: dict[str, Any]) -> Config:
    """Return the settings; HTTPS is for other machines, so it is there on every network where no host is named."""
    if given.get("https") and "host" not in given:
        given = {**given, "host": "0.0.0.0"}
    return Config(**given)


def _serve(config: Config, listener: socket.socket) -> None:
    from webapp import allocator, https

    # Before anything that makes threads or large arrays.
    allocator.settle()
    from webapp.app import create_app
    from webapp.server import serve

    names = https.machine_names(config.host)
    certificate = https.certificate(config.data_dir / "https", names) if config.https else None
    app = create_app(config)
    host = names[0] if config.https or config.host not in ("0.0.0.0", "::") else socket.gethostname()
    address = f"[{host}]" if ":" in host else host
    url = f"{'https' if config.https else 'http'}://{address}:{listener.getsockname()[1]}"
    print(f"AllSmiles is at {url}  (Ctrl-C stops it)", flush=True)
    if certificate:
        _invite(url, https.fingerprint(certificate))
    _offer_setup(app.extensions["allsmiles_store"], url)
    _remind(app.extensions["allsmiles_store"])
    serve(app, listener, config, certificate)


def _invite(url: str, fingerprint: str) -> None:
    """Show a phone in the same network the way."""
    segno.make(url, micro=False).terminal(compact=True)
    print("The browser warns once, for this machine vouches for itself. Compare the certificate's SHA-256 if you like:")
    print(fingerprint, flush=True)


def _offer_setup(opened: Store | str, address: str) -> None:
    from webapp.shop.auth import setup_code

    code = None if isinstance(opened, str) else setup_code(opened)
    if code:
        print(f"The dashboard has no owner yet; make one here, once: {address}/setup#{code}", flush=True)


def _remind(opened: Store | str) -> None:
    from webapp.shop.confirming import unconfirmed

    if not isinstance(opened, str):
        with opened.reading() as connection:
            names = unconfirmed(connection)
        if names:
            print(f"Stations are refused until an owner has confirmed under Places that people are told: {', '.join(names)}", flush=True)


def _prepare(config: Config) -> None:
    check_assets(asset_folders()[0])
    if reason := missing(config.inference):
        raise ValueError(reason)
    if config.redis_url:
        _reach_redis(config.redis_url)
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True)
        probe = config.data_dir / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        raise ValueError(f"cannot write to {config.data_dir} ({problem.strerror}): choose another folder with --data-dir") from None


def _reach_redis(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as problem:
        raise ValueError(f"cannot reach Redis ({problem}): start it, or change {flag('redis_url')}") from None


def _listen(config: Config) -> socket.socket:
    """Return a socket that listens, so that a port in use is told before anything is loaded."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((config.host, config.port))
    except OSError as problem:
        listener.close()
        raise ValueError(f"cannot listen on {config.host}:{config.port} ({problem.strerror}): choose another --port or --host") from None
    listener.listen(128)
    return listener


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="allsmiles",
        description="Live expression and perceived gender on every face, in the browser.",
        epilog=f"Also: {', '.join(f'allsmiles {name} --help' for name in COMMANDS)}.",
    )
    parser.add_argument("--version", action="version", version=f"allsmiles {__version__}")
    for setting in fields(Config):
        said = f"{setting.metadata['help']} Default {setting.default}, or {variable(setting.name)}."
        switch: dict[str, Any] = {"nargs": "?", "const": "true"} if isinstance(setting.default, bool) else {}
        parser.add_argument(flag(setting.name), metavar=type(setting.default).__name__.upper(), help=said, **switch)
    return parser
