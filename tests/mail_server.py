"""A mail server on this machine: it takes what is sent, or refuses as it is told."""

import os
import socket
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


@dataclass
class Mailbox:
    """What came in; `answers` are given to the next messages, then all is taken."""

    messages: list = field(default_factory=list)
    answers: list = field(default_factory=list)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=port)
        self.controller.start()
        os.environ["TEQUIO_SMTP"] = f"smtp://127.0.0.1:{port}"
        return self

    def __exit__(self, *_):
        self.controller.stop()
        del os.environ["TEQUIO_SMTP"]
