"""Whether the server lives and whether it can work, for whoever watches it: nothing else is told.

Strangers may ask, so there are no versions, places, persons or reasons in the answers; the reasons
are for `tequio doctor`.
"""

from __future__ import annotations

from django.db import DatabaseError, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from tequio.web.ready import pending, unknown
from tequio.web.records.months import last_close

UNAVAILABLE = 503


@csrf_exempt  # nothing is changed by asking
@never_cache
@require_safe
def alive(_: HttpRequest) -> JsonResponse:
    """The server answers; no database is asked."""
    return JsonResponse({"vive": True})


@csrf_exempt  # nothing is changed by asking
@never_cache
@require_safe
def ready(_: HttpRequest) -> JsonResponse:
    """The database answers, its tables are those of this program, and which close it has."""
    answers, current, close = True, False, None
    try:
        with transaction.atomic():
            current = not (pending() or unknown())
            close = last_close() if current else None
    except DatabaseError:
        answers = False
    told = {
        "listo": answers and current,
        "base": answers,
        "tablas_al_dia": current,
        "ultimo_cierre": close,
    }
    return JsonResponse(told, status=200 if told["listo"] else UNAVAILABLE)
