"""Files of payments for tests, written by hand."""

from collections.abc import Sequence
from pathlib import Path

from tequio.web import start

start()
from tequio.web.records.models import Credit  # noqa: E402
from tequio.web.records.writing import Who  # noqa: E402

WHO = Who("la cajera", "pruebas")
HEADER = "clave,fecha,importe,referencia,credito,canal,destino,nombre,concepto,municipio"


def numbers() -> list[str]:
    """Credit numbers in the order of their keys."""
    return list(Credit.objects.order_by("pk").values_list("number", flat=True))


def row(key: str, day: str, amount: str, credit: str = "", **more: str) -> str:
    """One line of the bank's file."""
    said = {"referencia": "5503", "canal": "SPEI", **more}
    names = HEADER.split(",")[3:]
    rest = [credit if name == "credito" else said.get(name, "") for name in names]
    return ",".join([key, day, f'"{amount}"' if "," in amount else amount, *rest])


def bank_file(path: Path, rows: Sequence[str], total: str = "", count: int | None = None) -> Path:
    """A bank's file; its last line says what is said, or what the rows add up to."""
    from decimal import Decimal

    if not total:
        amounts = [one.split(",")[2] for one in rows]
        total = str(sum((Decimal(a) for a in amounts), Decimal(0)))
    number = len(rows) if count is None else count
    last = f"TOTAL,{number},{total}" + "," * 7
    path.write_text("\n".join([HEADER, *rows, last]) + "\n", encoding="utf-8")
    return path
