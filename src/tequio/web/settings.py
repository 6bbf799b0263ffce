"""Django's settings. What an office decides comes from the environment: `places` reads it."""

from __future__ import annotations

from tequio.web.places import database, database_url, home, hosts

DATABASES = {"default": database(database_url(), home())}
INSTALLED_APPS = ["tequio.web.records"]
ALLOWED_HOSTS = hosts()
ROOT_URLCONF = "tequio.web.urls"
MIDDLEWARE = [
    "tequio.web.security.content_policy",
    "django.middleware.security.SecurityMiddleware",  # nosniff, the referrer, one's own windows
    "django.middleware.clickjacking.XFrameOptionsMiddleware",  # for browsers before policies
]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "es-mx"
TIME_ZONE = "America/Mexico_City"
USE_TZ = True
