"""Mails reach a real mail server, or the reason why not is told."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.webapp.notices.receivers import Mailbox, mail_server
from webapp.config import Config
from webapp.notices.mail import Attachment, NotSent, send_mail

# The test server takes a password without encryption; the library minds.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server("smiles", "right") as mailbox:
        yield mailbox


@pytest.fixture
def config(mailbox: Mailbox) -> Config:
    account = {"smtp_user": "smiles", "smtp_password": "right", "mail_from": "smiles@shop.example"}
    mailbox.mails.clear()
    mailbox.answer = ""
    return Config(smtp_host="127.0.0.1", smtp_port=mailbox.port, smtp_tls="none", **account)  # type: ignore[arg-type]


def test_a_mail_arrives_with_its_words_and_its_file(config: Config, mailbox: Mailbox) -> None:
    send_mail(
        config,
        "abc",
        "anna@example.org",
        "Till 2: Zufriedenheit\nBcc: x@example.org",
        "Grüße",
        Attachment("a.pdf", b"%PDF-", "application/pdf"),
    )

    mail = mailbox.mails[0]
    assert (mail["To"], mail["From"], mail["Message-ID"]) == ("anna@example.org", "smiles@shop.example", "<abc@shop.example>")
    assert mail["Subject"] == "Till 2: Zufriedenheit Bcc: x@example.org"
    assert mail["Bcc"] is None
    body = mail.get_body()
    assert body is not None
    assert body.get_content().strip() == "Grüße"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["a.pdf"]


def test_a_wrong_password_is_told(config: Config, mailbox: Mailbox) -> None:
    with pytest.raises(NotSent, match="password of --smtp-user") as refused:
        send_mail(replace(config, smtp_password="wrong"), "abc", "anna@example.org", "s", "t")

    assert not refused.value.final


def test_a_server_that_refuses_is_quoted(config: Config, mailbox: Mailbox) -> None:
    mailbox.answer = "451 the disk is full"

    with pytest.raises(NotSent, match="451 the disk is full"):
        send_mail(config, "abc", "anna@example.org", "s", "t")


def test_nothing_is_sent_in_the_clear_where_encryption_is_asked_for(config: Config, mailbox: Mailbox) -> None:
    for how in ("starttls", "tls"):
        with pytest.raises(NotSent, match="cannot be reached"):
            send_mail(replace(config, smtp_tls=how), "abc", "anna@example.org", "s", "t")

    assert mailbox.mails == []


def test_without_a_mail_server_the_setting_is_named() -> None:
    with pytest.raises(NotSent, match="--smtp-host"):
        send_mail(Config(), "abc", "anna@example.org", "s", "t")
