"""Django's settings. What an office decides comes from the environment: `places` reads it."""

from __future__ import annotations

from tequio.web.places import database, database_url, home

DATABASES = {"default": database(database_url(), home())}
INSTALLED_APPS = ["tequio.web.records"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "es-mx"
TIME_ZONE = "America/Mexico_City"
USE_TZ = True
