"""The application that a WSGI server runs: `tequio.web.wsgi:application`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tequio.web.settings")
application = get_wsgi_application()
