"""What the bank answers of each line: it is there, or it came back and why."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tequio.core.months import first_of
from tequio.engine.errors import Refused
from tequio.web.records.known import open_part
from tequio.web.records.models import PayoutLine
from tequio.web.records.replaying import do_undo
from tequio.web.records.writing import Asked, Who, Wrote, content_of, once
from tequio.web.refunds.payout_files import LINE, decimal
from tequio.web.refunds.states import State, entered, in_turn

HEADS = ("linea", "resultado", "fecha", "importe", "motivo")
RESULTS: Mapping[str, str] = {"pagada": State.PAID, "devuelta": State.RETURNED}


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the bank's file."""

    line: str  # the key of a line
    result: str  # State.PAID or State.RETURNED
    on: date
    amount: str  # as our file said it
    why: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What a file did. `aside`: rows that were not taken: the row, and why."""

    paid: int
    returned: int
    repeated: int
    aside: tuple[tuple[int, str], ...]


def do_take_answers(
    path: Path, who: Who, *, progress: Callable[[int, int], None] | None = None
) -> Answered:
    """Every row of a bank's file, each a write of its own; what is wrong is kept aside.

    The same file again does nothing. Refused: the file cannot be read, or lacks a column.
    """
    rows = rows_of_file(path)
    counts, repeated, aside = {State.PAID.value: 0, State.RETURNED.value: 0}, 0, []
    for done, (place, row) in enumerate(rows, 1):
        try:
            answer = answer_of(row)
            new = do_answer(answer, who)
        except Refused as why:
            aside.append((place, str(why)))
        else:
            counts[answer.result] += new
            repeated += not new
        if progress:
            progress(done, len(rows))
    return Answered(counts[State.PAID], counts[State.RETURNED], repeated, tuple(aside))


def rows_of_file(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Rows with the line of the file on which each is. Refused: not text, or a column missing."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as why:
        raise Refused(f"{path} no es texto UTF-8: guárdelo como CSV UTF-8.") from why
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in HEADS if name not in (reader.fieldnames or ())]
    if missing:
        raise Refused(
            f"A {path} le falta la columna {', '.join(missing)}. Lleva: {', '.join(HEADS)}."
        )
    return [(reader.line_num, {k: v or "" for k, v in row.items() if k}) for row in reader]


def answer_of(row: Mapping[str, str]) -> Answer:
    """A row. Refused: a field is wrong; it is named."""
    result = RESULTS.get(row["resultado"].strip().lower())
    if result is None:
        raise Refused(f"resultado {row['resultado']!r} no sirve: debe ser {' o '.join(RESULTS)}.")
    try:
        on = date.fromisoformat(row["fecha"].strip())
    except ValueError as why:
        raise Refused(f"fecha {row['fecha']!r} no sirve: escríbala como 2024-07-15.") from why
    reason = row["motivo"].strip()
    if result == State.RETURNED and not reason:
        raise Refused("motivo está vacío: una devuelta dice por qué.")
    return Answer(row["linea"].strip(), result, on, row["importe"].strip(), reason)


def do_answer(answer: Answer, who: Who) -> bool:
    """A line is paid, or it came back and the movement is undone. False: it was known.

    Refused: there is no such line, another amount was paid, the line is not the refund's last, or
    the answer does not follow what is known.
    """
    line = line_at(answer.line)
    if answer.amount != decimal(line.amount):
        raise Refused(
            f"importe {answer.amount!r} no es el de {answer.line} ({decimal(line.amount)}): "
            "aclárelo con el banco."
        )

    def write(source: int) -> Wrote:
        """The event; and the money is kept for the borrower again, where it came back: booked in
        the open month, though the bank returned it in one that closed meanwhile."""
        refund = in_turn(line.refund_id)
        refuse_older(line)
        why = f"{answer.line}: {answer.why}" if answer.why else answer.line
        wrote = entered(refund, answer.result, answer.on, why, source)
        if answer.result == State.RETURNED:
            day = max(answer.on, first_of(open_part(refund.credit).month))
            do_undo(f"answer:{answer.line}:undo", line.step_id, day, who, why)
        return wrote

    key = f"answer:{answer.line}:{answer.result}"
    content = content_of([answer.line, answer.result, answer.on, answer.why])
    return once(Asked("do_answer", key, f"refund:{line.refund_id}", content), who, write)


def line_at(key: str) -> PayoutLine:
    """A line by its key. Refused: there is none."""
    found = LINE.fullmatch(key)
    line = (
        PayoutLine.objects.filter(refund=int(found[1]), attempt=int(found[2])).first()
        if found
        else None
    )
    if line is None:
        raise Refused(f"linea {key!r} no es de ninguna dispersión.")
    return line


def refuse_older(line: PayoutLine) -> None:
    """Refused: the refund was paid by a newer line since."""
    if PayoutLine.objects.filter(refund=line.refund_id, attempt__gt=line.attempt).exists():
        raise Refused("linea de un intento anterior: su devolución ya se registró.")
