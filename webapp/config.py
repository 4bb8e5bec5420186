"""Every setting once: name, default, type and help make the command line, the environment and docs/settings.md."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent.parent / "docs" / "settings.md"

AT_LEAST_ONE = (
    "max_upload_mb",
    "max_pixels_mp",
    "workers",
    "replicas",
    "min_visits",
    "max_age_days",
    "frame_kb",
    "frame_mp",
    "frame_faces",
    "frames_per_second",
    "frames_per_address",
    "messages_per_second",
    "connections",
    "connections_per_address",
    "photos_hours",
    "photos_most",
    "photos_mb",
    "photos_per_minute",
    "room_cameras",
    "room_joins_per_minute",
)


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of a server."""

    host: str = _setting("127.0.0.1", "Address to listen on; 0.0.0.0 for every network this machine is in.")
    port: int = _setting(5000, "Port to listen on.")
    https: bool = _setting(
        False, "Serve over HTTPS with a certificate of its own, on every network unless a host is given; cameras of phones need it."
    )
    data_dir: Path = _setting(Path("data"), "Folder for what the server keeps; made when it is missing.")
    max_upload_mb: int = _setting(16, "Largest picture accepted, in megabytes.")
    max_pixels_mp: int = _setting(50, "Largest picture accepted, in millions of pixels; checked before it is decoded.")
    workers: int = _setting(2, "Pictures looked at in parallel.")
    inference: str = _setting(
        "local", "Who looks at pictures: local (this process), ray (Ray Serve on this machine) or ray://host:10001 (on a cluster)."
    )
    replicas: int = _setting(2, "Processes of Ray Serve that look at pictures.")
    waiting: int = _setting(
        8,
        "Pictures that may wait for a worker, and of live frames as many as there are workers, "
        "none while more than three quarters of what they can do is asked; "
        "further ones are answered busy.",
    )
    database_url: str = _setting("", "PostgreSQL for counts and accounts, such as postgresql://user:password@host/name; empty: SQLite.")
    min_visits: int = _setting(5, "Fewest visits that a number on the dashboard may rest on; smaller ones are withheld.")
    embed_sites: str = _setting(
        "*", "Sites whose pages may show an embedded view of the dashboard, such as https://intranet.example; empty: none."
    )
    max_age_days: int = _setting(7, "Oldest counts taken from a station that was without a network.")
    minutes_days: int = _setting(90, "Days for which counts are kept by the minute; hours and days stay.")
    frame_kb: int = _setting(1000, "Largest frame of a live stream, in kilobytes.")
    frame_mp: int = _setting(4, "Largest frame of a live stream, in millions of pixels; checked before it is decoded.")
    frame_faces: int = _setting(64, "Faces told of in a frame of a live stream, the most certain ones; each takes time.")
    frames_per_second: int = _setting(30, "Frames a second taken from one live connection; further ones are answered busy.")
    frames_per_address: int = _setting(300, "Frames a second taken from one network address, all its connections together.")
    messages_per_second: int = _setting(200, "Messages a second read from one live connection; a client that sends more waits.")
    connections: int = _setting(500, "Live connections at a time; further ones are refused with a reason.")
    connections_per_address: int = _setting(100, "Live connections at a time from one network address.")
    allowed_origins: str = _setting(
        "", "Other sites whose pages may open live connections, such as https://shop.example, with commas between; * for all."
    )
    trusted_proxies: int = _setting(0, "Reverse proxies in front of the server whose X-Forwarded headers are believed.")
    redis_url: str = _setting("", "Redis that several processes share, such as redis://127.0.0.1:6379/0; empty for one process.")
    public_url: str = _setting("", "Address at which phones reach this server, for links and QR codes; empty: as the page was opened.")
    photos: str = _setting("on", "Sharing of photos by link: on or off.")
    photos_dir: str = _setting("", "Folder of shared photos; empty: photos in the data folder.")
    photos_hours: int = _setting(24, "Hours after which a shared photo is removed.")
    photos_most: int = _setting(1000, "Shared photos kept at a time.")
    photos_mb: int = _setting(2000, "Megabytes of shared photos kept at a time.")
    photos_per_minute: int = _setting(20, "Photos a minute taken from one network address.")
    rooms_most: int = _setting(200, "Rooms at a time; 0 switches rooms off.")
    room_cameras: int = _setting(12, "Cameras in one room.")
    room_joins_per_minute: int = _setting(30, "Times a minute that one network address may join a room.")
    routes: str = _setting("both", "Where live pages may look at frames: both, device (none is sent) or server (no page looks itself).")
    smtp_host: str = _setting("", "Mail server that alerts and reports are sent by; empty: none are sent by mail.")
    smtp_port: int = _setting(587, "Port of the mail server.")
    smtp_tls: str = _setting("starttls", "How the way to the mail server is encrypted: starttls, tls (from the start) or none.")
    smtp_user: str = _setting("", "Account at the mail server; empty: none is needed.")
    smtp_password: str = _setting("", "Its password; set it in the environment, since others may see a command line.")
    mail_from: str = _setting("", "Sender of mails, such as smiles@shop.example; empty: the account at the mail server.")
    webhook_private: bool = _setting(
        False,
        "Let alerts call webhooks in private networks and without encryption; managers could then reach what only this server should.",
    )
    log_level: str = _setting("info", "Least severe log entries shown: debug, info, warning or error.")
    log_format: str = _setting("text", "Form of log entries: text or json.")


def from_environment(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return the settings that ALLSMILES_* variables give; raise ValueError that names the variable and the expected form."""
    given = {}
    for setting in fields(Config):
        text = environment.get(variable(setting.name))
        if text is not None:
            given[setting.name] = parsed(setting.name, text, variable(setting.name))
    return given


def parsed(name: str, text: str, where: str) -> Any:
    """Return `text` in the type of the setting `name`; raise ValueError that says what `where` should hold."""
    kind: Callable[[str], Any] = type(getattr(Config, name))
    if kind is bool:
        if text not in ("true", "false"):
            raise ValueError(f"{where} is {text!r}: expected true or false")
        return text == "true"
    try:
        return kind(text)
    except ValueError:
        raise ValueError(
            f"{where} is {text!r}: expected {'a whole number' if kind is int else 'a value'}, such as {getattr(Config, name)}"
        ) from None


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"ALLSMILES_{name.upper()}"


def flag(name: str) -> str:
    """Return the command line flag of a setting."""
    return f"--{name.replace('_', '-')}"


def checked(config: Config) -> Config:
    """Return `config` if every number makes sense; else raise ValueError that says what to change."""
    if not 0 <= config.port <= 65535:
        raise ValueError(f"{flag('port')} is {config.port}: choose a number from 1 to 65535, or 0 for any free one")
    for name in AT_LEAST_ONE:
        if getattr(config, name) < 1:
            raise ValueError(f"{flag(name)} is {getattr(config, name)}: at least 1 is needed")
    if config.minutes_days < config.max_age_days + 2:
        raise ValueError(
            f"{flag('minutes_days')} is {config.minutes_days}: at least {flag('max_age_days')} ({config.max_age_days}) and two are needed"
        )
    for name in ("waiting", "trusted_proxies", "rooms_most"):
        if getattr(config, name) < 0:
            raise ValueError(f"{flag(name)} is {getattr(config, name)}: choose 0 or more")
    for origin in origins(config):
        if origin != "*" and not re.fullmatch("https?://[^/ ]+", origin):
            raise ValueError(f"{flag('allowed_origins')} names {origin!r}: expected an origin such as https://shop.example")
    if not re.fullmatch("local|ray|ray://[^/ ]+", config.inference):
        raise ValueError(f"{flag('inference')} is {config.inference!r}: choose local, ray or an address such as ray://127.0.0.1:10001")
    if config.redis_url and not re.match("(rediss?|unix)://.", config.redis_url):
        raise ValueError(f"{flag('redis_url')} is {config.redis_url!r}: expected an address such as redis://127.0.0.1:6379/0")
    if config.public_url and not re.fullmatch("https?://[^/ ]+(/[^ ?#]*)?", config.public_url):
        raise ValueError(f"{flag('public_url')} is {config.public_url!r}: expected an address such as https://booth.example")
    if config.smtp_tls not in ("starttls", "tls", "none"):
        raise ValueError(f"{flag('smtp_tls')} is {config.smtp_tls!r}: choose starttls, tls or none")
    if config.smtp_host and "@" not in (config.mail_from or config.smtp_user):
        raise ValueError(f"{flag('mail_from')} is {config.mail_from!r}: name the sender of mails, such as smiles@shop.example")
    if config.photos not in ("on", "off"):
        raise ValueError(f"{flag('photos')} is {config.photos!r}: choose on or off")
    if not re.fullmatch("both|device|server", config.routes):
        raise ValueError(f"{flag('routes')} is {config.routes!r}: choose both, device or server")
    if not re.fullmatch("debug|info|warning|error", config.log_level):
        raise ValueError(f"{flag('log_level')} is {config.log_level!r}: choose debug, info, warning or error")
    if config.log_format not in ("text", "json"):
        raise ValueError(f"{flag('log_format')} is {config.log_format!r}: choose text or json")
    return config


def origins(config: Config) -> list[str]:
    """Return the other sites whose pages may open live connections."""
    return [origin.strip() for origin in config.allowed_origins.split(",") if origin.strip()]


def page() -> str:
    """Return docs/settings.md."""
    rows = [
        f"| `{flag(setting.name)}` | `{variable(setting.name)}` | `{setting.default}` | {setting.metadata['help']} |"
        for setting in fields(Config)
    ]
    return "\n".join(
        [
            "<!-- Generated from webapp/config.py by `python -m webapp.config`; do not edit. -->",
            "# Settings",
            "",
            "A flag wins over its environment variable, which wins over the default.",
            "",
            "| flag | environment | default | meaning |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    DOCS.write_text(page())
