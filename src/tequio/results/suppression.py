"""Small counts are not published, nor anything from which they could be worked out."""

from __future__ import annotations

from collections.abc import Sequence

from tequio.charts import Absent

LEAST = 10  # a count below this could point at somebody
HIDDEN = Absent(f"menos de {LEAST}")
COMPLEMENT = Absent("reservado")

Cell = int | Absent


def suppressed(counts: Sequence[int]) -> list[Cell]:
    """A list whose sum is public: small counts hidden, and one more where one alone was, so that
    no difference gives it back."""
    cells: list[Cell] = [HIDDEN if 0 < n < LEAST else n for n in counts]
    hidden = [place for place, cell in enumerate(cells) if isinstance(cell, Absent)]
    shown = [place for place, cell in enumerate(cells) if isinstance(cell, int) and cell]
    if shown and 0 < sum(counts[place] for place in hidden) < LEAST:
        smallest = min(shown, key=lambda place: counts[place])
        cells[smallest] = COMPLEMENT
    elif len(hidden) == 1 and shown:
        cells[min(shown, key=lambda place: counts[place])] = COMPLEMENT
    return cells
