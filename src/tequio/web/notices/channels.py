"""How a notice leaves: by SMTP, or by SMS through whoever the office has hired."""

from __future__ import annotations

import json
import os
import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from django.utils import timezone

from tequio.web.places import home

WAITS = 10  # seconds for a server to answer
SENDER = "Cobranza Social <no-responder@localhost>"
LATER = range(400, 500)  # SMTP: try again


class Refusal(Exception):
    """It will never be taken."""


def by_email(to: str, subject: str, body: str, key: str) -> None:
    """One message over `TEQUIO_SMTP`, smtp://user:password@host:port or smtps://…; the key makes
    its Message-ID, so that a mailbox can know a repetition. OSError or SMTPException: later."""
    message = EmailMessage()
    message["From"] = os.environ.get("TEQUIO_SENDER", SENDER)
    message["To"], message["Subject"] = to, subject
    message["Message-ID"] = f"<{key}@tequio>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    server = urlsplit(smtp_url())
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with kind(server.hostname or "", server.port or 0, timeout=WAITS) as smtp:
        if server.username:
            if server.scheme == "smtp":
                smtp.starttls()
            smtp.login(unquote(server.username), unquote(server.password or ""))
        try:
            smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as why:
            if all(code not in LATER for code, _ in why.recipients.values()):
                raise Refusal("El servidor de correo no acepta esa dirección.") from why
            raise


def smtp_url() -> str:
    """Where mail is handed over. Refused: nobody said where."""
    if url := os.environ.get("TEQUIO_SMTP"):
        return url
    raise Refusal("No hay servidor de correo: ponga TEQUIO_SMTP=smtp://usuario:clave@servidor:587.")


def by_sms(to: str, subject: str, body: str, key: str) -> None:
    """While no provider is set up, a line in a file beside the ledger, and only where somebody
    allows it: `TEQUIO_SMS=file`."""
    del subject
    if os.environ.get("TEQUIO_SMS") != "file":
        raise Refusal("No hay proveedor de SMS: ponga TEQUIO_SMS.")
    line = {"at": timezone.now().isoformat(), "to": to, "text": body, "key": key}
    with (home() / "sms.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
