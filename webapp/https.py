"""HTTPS without an authority: a certificate that this machine signs for itself, for its names and addresses."""

import contextlib
import datetime
import ipaddress
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID = datetime.timedelta(days=397)
"""As long as browsers take; it is renewed a month before."""
RENEWED = datetime.timedelta(days=30)
NOWHERE = ("192.0.2.1", 9), ("2001:db8::1", 9)
"""Addresses for documentation: asking how they would be reached sends nothing."""


@dataclass(frozen=True)
class Certificate:
    """What HTTPS needs, as files in PEM form."""

    certificate: Path
    key: Path


def certificate(folder: Path, names: list[str]) -> Certificate:
    """Return the certificate in `folder` if it is good for `names` for another month, else a new one."""
    files = Certificate(folder / "certificate.pem", folder / "key.pem")
    if not _good(files, names):
        folder.mkdir(parents=True, exist_ok=True)
        _make(files, names)
    return files


def fingerprint(files: Certificate) -> str:
    """Return the SHA-256 of a certificate as browsers show it."""
    found = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    return found.fingerprint(hashes.SHA256()).hex(":").upper()


def machine_names(host: str) -> list[str]:
    """Return the names and addresses that this machine is reached by, best first, where it listens on `host`."""
    if host not in ("0.0.0.0", "::"):
        return list(dict.fromkeys([host, "localhost", "127.0.0.1"]))
    own = socket.gethostname()
    return list(dict.fromkeys([*_addresses(own), own, f"{own}.local", "localhost", "127.0.0.1", "::1"]))


def _addresses(own: str) -> list[str]:
    """Return the addresses of this machine in its networks, the one that leads outside first."""
    found = []
    for family, where in zip((socket.AF_INET, socket.AF_INET6), NOWHERE, strict=True):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect(where)
                found.append(probe.getsockname()[0])
        except OSError:
            continue
    with contextlib.suppress(OSError):
        found += [str(entry[4][0]).split("%")[0] for entry in socket.getaddrinfo(own, None)]
    return [address for address in found if not ipaddress.ip_address(address).is_loopback]


def _good(files: Certificate, names: list[str]) -> bool:
    try:
        found = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        serialization.load_pem_private_key(files.key.read_bytes(), None)
        alternatives = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    left = found.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    return left > RENEWED and set(_alternatives(names)) <= set(alternatives)


def _make(files: Certificate, names: list[str]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "AllSmiles on this machine")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files.key.unlink(missing_ok=True)
    with os.fdopen(os.open(files.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(text)
    files.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))


def _alternatives(names: list[str]) -> list[x509.GeneralName]:
    return [_alternative(name) for name in names]


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
