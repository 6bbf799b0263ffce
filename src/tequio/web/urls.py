"""Every address of the server."""

from __future__ import annotations

from django.urls import path

from tequio.web import health

urlpatterns = [
    path("salud", health.alive),
    path("salud/listo", health.ready),
]
