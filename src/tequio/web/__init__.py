"""The ledger's records on a database, and the pages that will stand on them. Django lives here."""

from __future__ import annotations

import os


def start() -> None:
    """Set Django up, once; whoever works with records calls it before importing them."""
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tequio.web.settings")
        django.setup()
