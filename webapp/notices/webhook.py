"""Sends a signed message to another program by HTTPS, and never by accident into the server's own network."""

import hashlib
import hmac
import http.client
import socket
import ssl
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from webapp.notices.mail import NotSent

HEADER = "AllSmiles-Signature"
STEP_S, WHOLE_S = 10, 20
"""For connecting and each answer; and for all of it, however slowly an answer drips."""
CARRIES_IPV4 = tuple(IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""Addresses behind which gateways put an IPv4 address that could be a private one."""


def signature(secret: str, time: int, body: bytes) -> str:
    """Return the header by which a receiver knows the sender: HMAC-SHA256 over the time, a dot and the body."""
    signed = hmac.new(secret.encode(), f"{time}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={time},v1={signed}"


def checked_url(url: str, private: bool) -> SplitResult:
    """Return the parts of a webhook's address; raise ValueError that says what is wrong with it."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise ValueError("write an address that begins with https://")
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise ValueError("write an address such as https://hooks.example/alerts, without a user in it")
    if not url.isascii() or any(sign.isspace() or ord(sign) < 32 for sign in url):
        raise ValueError("write the address without spaces and signs beyond ASCII")
    if parts.port == 0:
        raise ValueError("no server listens on port 0")
    return parts


def send_webhook(url: str, secret: str, time: int, body: bytes, private: bool) -> None:
    """Post `body`, signed; raise NotSent unless the answer is one of success. No redirect is followed."""
    try:
        parts = checked_url(url, private)
    except ValueError as problem:
        raise NotSent(str(problem), final=True) from None
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    connection = _connect(host, port, _resolve(host, port, private), secure)
    patience = Timer(WHOLE_S, _end, [connection])
    patience.start()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Content-Type": "application/json", "User-Agent": "AllSmiles", HEADER: signature(secret, time, body)}
    try:
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as problem:
        raise NotSent(f"{host} did not answer as a web server does ({problem or type(problem).__name__})") from None
    finally:
        patience.cancel()
        connection.close()
    if not 200 <= status < 300:
        raise NotSent(f"{host} answers {status}")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the internet at large, and leads to no other."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if any(address in net for net in CARRIES_IPV4):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _resolve(host: str, port: int, private: bool) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise NotSent(f"no address of {host} is known ({problem})") from None
    # One private address among public ones is refused too: who is connected to must not be chance.
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    if not private and not all(is_public(ip_address(address.partition("%")[0])) for address in addresses):
        raise NotSent(f"{host} lies in a private network: the operator may allow that with --webhook-private", final=True)
    return addresses


def _connect(host: str, port: int, addresses: list[str], secure: bool) -> http.client.HTTPConnection:
    """Return a connection to the very addresses that were checked: asking for them again could give others."""
    why = "no address"
    for address in addresses:
        try:
            plain = socket.create_connection((address, port), STEP_S)
        except OSError as problem:
            why = str(problem)
            continue
        connection = http.client.HTTPConnection(host, port, timeout=STEP_S)
        try:
            connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
        except OSError as problem:
            plain.close()
            raise NotSent(f"{host} has no certificate that this server trusts ({problem})") from None
        connection.default_port = 443 if secure else 80  # type: ignore[misc]
        return connection
    raise NotSent(f"{host} cannot be reached ({why})")


def _end(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
