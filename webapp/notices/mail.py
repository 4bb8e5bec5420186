"""Sends a mail by the server that the settings name."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate

from webapp.config import Config

TIMEOUT_S = 20


class NotSent(Exception):
    """A message that did not reach who it was for; the text says why, for a person. `final` where another try cannot help."""

    def __init__(self, why: str, final: bool = False):
        super().__init__(why)
        self.final = final


@dataclass(frozen=True)
class Attachment:
    """A file that comes with a mail."""

    name: str
    content: bytes
    kind: str


def can_mail(config: Config) -> bool:
    """Tell whether the settings name a mail server."""
    return bool(config.smtp_host)


def send_mail(config: Config, message_id: str, to: str, subject: str, text: str, attachment: Attachment | None = None) -> None:
    """Send one mail; raise NotSent with the reason. `message_id` lets mail programs show one that was sent twice once."""
    if not can_mail(config):
        raise NotSent("no mail server is set: start the server with --smtp-host", final=True)
    sender = config.mail_from or config.smtp_user
    mail = EmailMessage()
    # Nothing of what people named their places may become a header of its own.
    mail["Subject"] = " ".join(subject.split())
    mail["From"], mail["To"], mail["Date"] = sender, to, formatdate()
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2] or 'allsmiles'}>"
    # Holiday notices do not answer to those.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    if attachment:
        main, sub = attachment.kind.split("/")
        mail.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)
    try:
        with _connection(config) as server:
            if config.smtp_user:
                server.login(config.smtp_user, config.smtp_password)
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as problem:
        code, words = next(iter(problem.recipients.values()))
        raise NotSent(f"the mail server refuses {to} ({_told(words)})", final=code >= 500) from None
    except smtplib.SMTPAuthenticationError as problem:
        raise NotSent(f"the mail server refuses the user or the password of --smtp-user ({_told(problem.smtp_error)})") from None
    except smtplib.SMTPResponseException as problem:
        raise NotSent(f"the mail server answers {problem.smtp_code} {_told(problem.smtp_error)}") from None
    except (OSError, smtplib.SMTPException) as problem:
        raise NotSent(f"the mail server {config.smtp_host}:{config.smtp_port} cannot be reached ({problem})") from None


def _connection(config: Config) -> smtplib.SMTP:
    if config.smtp_tls == "tls":
        return smtplib.SMTP_SSL(config.smtp_host, config.smtp_port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    server = smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=TIMEOUT_S)
    if config.smtp_tls == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _told(words: object) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else str(words)
