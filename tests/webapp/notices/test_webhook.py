"""Webhooks are signed, and do not reach into the server's own network."""

import hashlib
import hmac
import socket
import threading
import time
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from tests.webapp.notices.receivers import webhook
from webapp.notices import webhook as module
from webapp.notices.mail import NotSent
from webapp.notices.webhook import HEADER, checked_url, is_public, send_webhook


def test_a_receiver_can_check_who_sent_it() -> None:
    with webhook() as hook:
        send_webhook(hook.url, "a secret", 1_700_000_000, b'{"id": "1"}', private=True)

    headers, body = hook.requests[0]
    given = dict(part.split("=", 1) for part in headers[HEADER].split(","))
    signed = hmac.new(b"a secret", given["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert body == b'{"id": "1"}'
    assert given == {"t": "1700000000", "v1": signed}
    assert headers["Host"] == hook.url.split("/")[2]


@pytest.mark.parametrize("status", [301, 307, 404, 500])
def test_anything_but_success_is_a_failure_and_no_redirect_is_followed(status: int) -> None:
    with webhook() as hook:
        hook.status = status
        with pytest.raises(NotSent, match=f"answers {status}"):
            send_webhook(hook.url, "s", 1, b"{}", private=True)

    assert len(hook.requests) == 1


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "[::1]", "10.0.0.8", "169.254.169.254", "[::ffff:127.0.0.1]", "0.0.0.0", "localhost", "2130706433"]
)
def test_nothing_is_sent_into_the_servers_own_network(address: str) -> None:
    with pytest.raises(NotSent, match="private network") as refused:
        send_webhook(f"https://{address}:9/x", "s", 1, b"{}", private=False)

    assert refused.value.final


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("8.8.8.8", "192.168.1.1")]
    monkeypatch.setattr(module.socket, "getaddrinfo", lambda *_, **__: both)

    with pytest.raises(NotSent, match="private network"):
        send_webhook("https://two-faced.example/x", "s", 1, b"{}", private=False)


def test_who_is_connected_to_is_who_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    reached: list[tuple[str, int]] = []

    def once(host: str, port: int, **_: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34" if len(asked) == 1 else "127.0.0.1", port))]

    def refuse(address: tuple[str, int], *_: object) -> None:
        reached.append(address)
        raise OSError("no network here")

    monkeypatch.setattr(module.socket, "getaddrinfo", once)
    monkeypatch.setattr(module.socket, "create_connection", refuse)

    with pytest.raises(NotSent, match="cannot be reached"):
        send_webhook("https://rebinding.example/x", "s", 1, b"{}", private=False)

    assert asked == ["rebinding.example"]
    assert reached == [("93.184.216.34", 443)]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("fd00::1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("224.0.0.1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example",
        "ftp://hooks.example",
        "https://",
        "https://me:secret@hooks.example",
        "https://a b",
        "file:///etc/passwd",
        "https://x:0/",
    ],
)
def test_addresses_that_are_no_webhook_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"write|port"):
        checked_url(url, private=False)


def test_a_receiver_that_never_ends_its_answer_does_not_hold_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WHOLE_S", 0.5)
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            client, _ = listener.accept()
            with client:
                while not ended.wait(0.05):
                    try:
                        client.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        with pytest.raises(NotSent, match="did not answer"):
            send_webhook(f"http://127.0.0.1:{listener.getsockname()[1]}/", "s", 1, b"{}", private=True)
        ended.set()
        thread.join()


def test_the_check_in_the_documentation_believes_this_server_and_nobody_else() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "alerts.md").read_text()
    known: dict[str, Any] = {}
    exec(page.split("```python\n")[1].split("```")[0], known)
    with webhook() as hook:
        send_webhook(hook.url, "a secret", int(time.time()), b'{"id": "1"}', private=True)
        send_webhook(hook.url, "a secret", int(time.time()) - 600, b'{"id": "1"}', private=True)
    (headers, body), (late, _) = hook.requests

    believed = known["from_allsmiles"]

    assert believed("a secret", headers[HEADER], body)
    assert not believed("another", headers[HEADER], body)
    assert not believed("a secret", headers[HEADER], body + b" ")
    assert not believed("a secret", late[HEADER], body)
