"""A program that writes to the ledger until somebody stops it: a fact of the first credit."""

import os
import sys
from datetime import date, timedelta

from tequio.web import start

start()
from tequio.web.records.facts import do_record_facts  # noqa: E402
from tequio.web.records.models import Credit  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402

NUMBER = Credit.objects.order_by("pk")[0].number
MOST = 2_000  # so many fit what the reader leaves unread
FIRST = date(2024, 7, 1)

for at in range(MOST):
    day = FIRST + timedelta(days=at)
    do_record_facts(f"w{at}", NUMBER, day, {"wage": at}, Who("prueba", f"writer {os.getpid()}"))
    sys.stdout.write(f"{at}\n")
    sys.stdout.flush()
