"""Every address of the server."""

from __future__ import annotations

from django.urls import include, path

from tequio.web import health
from tequio.web.accounts import pages

urlpatterns = [
    path("salud", health.alive, name="alive"),
    path("salud/listo", health.ready, name="ready"),
    path("", pages.start, name="start"),
    path("cuenta/", include("tequio.web.accounts.urls")),
    path("mi-cuenta/", include("tequio.web.portal.urls")),
    path("mostrador/recuperar-acceso/", pages.recover_identity, name="recover_identity"),
    path("administracion/personal/", pages.staff, name="staff"),
]
