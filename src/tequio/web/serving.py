"""The server: Granian, on this machine only unless somebody says otherwise."""

from __future__ import annotations

import socket
from contextlib import closing

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from tequio.engine.errors import Refused

LOCAL = "127.0.0.1"
THREADS = 4  # answers at the same time in each worker


def serve(address: str, port: int, workers: int) -> None:
    """Answer until somebody stops it. Refused: the port is taken, or is not ours to take."""
    with closing(socket.socket()) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((address, port))
        except OSError as why:
            raise Refused(
                f"No se puede atender en {address}:{port}: {why.strerror}. Elija otro con --port."
            ) from why
    Granian(
        "tequio.web.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()
