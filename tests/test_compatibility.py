"""The matrix is law: every cell is what the programme answers, and a bad file says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from strategies import examples, portfolio
from tequio.core import Loan, Programme
from tequio.core import programme as programmes
from tequio.core.errors import LawError
from tequio.core.lists import SOLUTIONS
from tequio.core.programme import Kind, WhenActive, matrix, read_matrix
from worked import each_programme


def every_solution() -> Loan:
    """One loan with each of them in force, in order."""
    return portfolio([examples()[0] | {"active_solution": code} for code in range(len(SOLUTIONS))])


@each_programme
def test_every_cell_of_the_matrix_is_what_the_programme_answers(programme: Programme) -> None:
    cells = matrix()[programme.name]
    assert len(cells) == len(SOLUTIONS)
    rules = programme.at(programme.verified_from)
    answer = rules.evaluate(every_solution())
    compatible = answer.requirements[0]
    assert (compatible.name, compatible.kind) == ("compatible", Kind.NO)
    for row, cell in enumerate(cells):
        assert cell.rule
        assert cell.source
        assert compatible.met.values[row] == (cell.then is not WhenActive.REFUSED)
        assert answer.cancels.values[row] == (cell.then is WhenActive.CANCEL_FIRST)
    assert cells[0].then is WhenActive.ALLOWED, "no solution stands in nobody's way"


def test_a_solution_named_has_its_own_answer_and_the_others_that_of_any() -> None:
    by_name = dict(zip(SOLUTIONS, matrix()["nivela_tu_pago"], strict=True))
    assert by_name["prorroga"].then is WhenActive.CANCEL_FIRST
    assert by_name["apoyo_jubilados"].then is WhenActive.REFUSED


CELL = 'then = "allowed", rule = "A", source = "RC1", confidence = "press"'
BAD_MATRICES = {
    "no answer for any": (f"prorroga = {{ {CELL} }}", "[asked]: falta any"),
    "a solution that is none": (
        f"any = {{ {CELL} }}\nluck = {{ {CELL} }}",
        "no se entiende luck",
    ),
    "an answer that is none": (f"any = {{ {CELL} }}".replace("allowed", "maybe"), "'maybe'"),
    "no rule": (f"any = {{ {CELL} }}".replace('rule = "A", ', ""), "[asked] none: falta rule"),
    "a source of nowhere": (f"any = {{ {CELL} }}".replace("RC1", "NADIE"), "la fuente 'NADIE'"),
    "no confidence": (f"any = {{ {CELL} }}".replace("press", "sure"), "la confianza 'sure'"),
    "no TOML": ("any = {", "compatibility.toml: no se puede leer"),
}


@pytest.mark.parametrize("fault", BAD_MATRICES)
def test_a_matrix_that_does_not_hold_together_says_where(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, said = BAD_MATRICES[fault]
    (tmp_path / "compatibility.toml").write_text(f"[asked]\n{text}\n", encoding="utf-8")
    monkeypatch.setattr(programmes, "HERE", tmp_path)
    with pytest.raises(LawError) as refusal:
        read_matrix()
    assert said in str(refusal.value)
    assert str(refusal.value).startswith("compatibility.toml")
