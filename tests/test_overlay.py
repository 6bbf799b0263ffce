"""A change of the law to try: read exactly, within bounds, with its reason, or refused in words."""

import re
from datetime import date
from pathlib import Path

import pytest

from tequio.core.law_units import out_of_bounds
from tequio.engine.errors import Refused
from tequio.engine.overlay import read_overlay
from tequio.engine.rulebook import assumed, policy, published

DAY = date(2024, 6, 30)
HEAD = 'title = "Prueba"\njustification = "Lo propone la mesa de crédito."\n'


def overlay(tmp_path: Path, text: str, *, head: str = HEAD, day: date = DAY):
    path = tmp_path / "cambio.toml"
    path.write_text(head + text, encoding="utf-8")
    return read_overlay(path, published(), day)


def law_after(tmp_path: Path, text: str, programme: str, *, day: date = DAY):
    rules = published().amended(overlay(tmp_path, text, day=day).changes)
    return next(t.law for t in rules.in_force(day) if t.programme.name == programme)


def test_a_value_is_replaced_and_all_else_stays(tmp_path):
    text = "[liquidacion_anticipada.threshold]\nis = 30\n"
    tried = law_after(tmp_path, text, "liquidacion_anticipada")
    assert tried.threshold.values.tolist() == [300_000]
    now = next(t for t in published().in_force(DAY) if t.programme.name == "liquidacion_anticipada")
    assert now.law.threshold.values.tolist() == [250_000]
    assert tried.conversions_from.values.tolist() == now.law.conversions_from.values.tolist()


def test_the_bands_of_a_table_move_where_it_is_said(tmp_path):
    text = "[common.rate_by_wage]\nminus = 1\nfrom = 1.5\nbelow = 2\n"
    tried = law_after(tmp_path, text, "responsabilidad_compartida").rate_by_wage
    now = published().shared.parameters["rate_by_wage"].at(DAY).value
    for (start, rate), held in zip(now, tried.values.values.tolist(), strict=True):
        less = 10_000 if 1.5 <= start < 2 else 0
        assert held == int(rate * 10_000) - less, start


def test_what_several_name_changes_in_each_or_in_one(tmp_path):
    day = date(2025, 12, 15)
    everywhere = published().amended(
        overlay(tmp_path, "[common.rate_by_wage]\nplus = 1\n", day=day).changes
    )
    own = "[responsabilidad_compartida.rate_by_wage]\nplus = 1\n"
    one = published().amended(overlay(tmp_path, own, day=day).changes)
    changed = {
        name: {t.programme.name for t in rules.in_force(day) if hasattr(t.law, "rate_by_wage")
               and t.law.rate_by_wage.values.values[0] == 20_000}
        for name, rules in (("everywhere", everywhere), ("one", one))
    }  # fmt: skip
    assert changed["one"] == {"responsabilidad_compartida"}
    assert changed["everywhere"] == {"responsabilidad_compartida", "solucion_integral"}


def test_the_policy_and_what_the_projection_assumes_can_be_tried(tmp_path):
    text = "[best_offer.share_of_wage]\nis = 25\n[common.index_growth]\nis = 0\n"
    found = overlay(tmp_path, text)
    rules = published().amended(found.changes)
    assert policy(rules, DAY).share_of_wage.values.tolist() == [250_000]
    assert assumed(rules, DAY).index_growth.values.tolist() == [0]
    assert [(a.before, a.after) for a in found.amended] == [("30 %", "25 %"), ("4.66 %", "0 %")]


def test_each_law_has_its_own_hash(tmp_path):
    text = "[liquidacion_anticipada.threshold]\nis = {}\n"
    thirty = published().amended(overlay(tmp_path, text.format(30)).changes)
    forty = published().amended(overlay(tmp_path, text.format(40)).changes)
    hashes = {published().sha256, thirty.sha256, forty.sha256, published().of(DAY).sha256}
    assert len(hashes) == 4
    again = published().amended(overlay(tmp_path, text.format(30)).changes)
    assert again.sha256 == thirty.sha256


NIVELA = "[nivela_tu_pago.target]\nis = 25"
DLA = "[liquidacion_anticipada.threshold]\n"
RATES = "[common.rate_by_wage]\n"
WHY = 'justification = "Lo propone la mesa."\n'
TITLE = 'title = "x"\n'
REFUSED = {
    "no title": (WHY, NIVELA, "falta la línea `title"),
    "no justification": (TITLE, NIVELA, "falta la línea `justification"),
    "an empty one": (TITLE + 'justification = "  "\n', NIVELA, "falta la línea"),
    "one that says nothing": (TITLE + 'justification = "sí"\n', NIVELA, "quién lo propone"),
    "nothing to change": (HEAD, "", "no cambia ningún parámetro"),
    "not TOML": (HEAD, "[nivela", "no se puede leer"),
    "no such programme": (HEAD, "[nivela_tu_pag.target]\nis = 25", "¿Quiso decir nivela_tu_pago"),
    "no such parameter": (HEAD, "[nivela_tu_pago.targett]\nis = 25", "¿Quiso decir target"),
    "a text": (HEAD, "[nivela_tu_pago.text]\nis = 'otra'", "use --law-as-of"),
    "a value where a table is": (HEAD, "nivela_tu_pago = 3", "lleva parámetros"),
    "a parameter without a table": (HEAD, "[nivela_tu_pago]\ntarget = 3", "lleva parámetros"),
    "nothing said": (HEAD, DLA, "ponga una sola de: is, plus, minus"),
    "two things said": (HEAD, DLA + "is = 3\nplus = 1", "ponga una sola"),
    "a strange key": (HEAD, DLA + "is = 3\nuntil = 1", "no se entiende until"),
    "over its bound": (HEAD, DLA + "is = 100.01", "100.01 no está entre 0 y 100"),
    "under its bound": (HEAD, RATES + "minus = 1.01", "-0.01 no está entre 0 y 20"),
    "the value that it has": (HEAD, DLA + "is = 25", "ya vale eso"),
    "not a number": (HEAD, DLA + "is = 'mucho'", "no es un número"),
    "moved by no number": (HEAD, DLA + "plus = 'mucho'", "no es un número"),
    "too many decimals": (HEAD, DLA + "is = 25.00001", "más decimales"),
    "bands of what has none": (HEAD, DLA + "plus = 1\nbelow = 3", "no es una tabla"),
    "bands of a whole value": (HEAD, RATES + "is = [[1, 1]]\nbelow = 3", "van con plus o minus"),
    "a table that does not rise": (HEAD, RATES + "is = [[2, 1], [1, 1]]", "de menor a mayor"),
    "a switch": (HEAD, "[liquidacion_anticipada.suspended]\nplus = 1", "no se suma"),
    "not in force that day": (HEAD, NIVELA, "no se puede cambiar"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_tried_is_refused_in_words(tmp_path, name):
    head, text, words = REFUSED[name]
    with pytest.raises(Refused, match=words) as refused:
        overlay(tmp_path, text, head=head)
    assert "cambio.toml" in str(refused.value)


def test_the_law_itself_is_within_the_bounds():
    books = [one.book for one in published().programmes] + [published().shared, published().policy]
    for book in books:
        for parameter in book.parameters.values():
            for value in parameter.history:
                assert value.ends or not out_of_bounds(parameter.unit, value.value), parameter.name


@pytest.mark.parametrize(
    ("unit", "value", "beyond"),
    [
        ("percent", 100, ""),
        ("percent", 101, "101 no está"),
        ("months", -1, "-1 no está"),
        ("day_of_month", 0, "0 no está"),
        ("percent", [25, 50, 75], ""),
        ("percent", [25, 50, 175], "175 no está"),
        ("annual_percent_by_ratio", [[1, 1], [2, 20]], ""),
        ("annual_percent_by_ratio", [[1, 1], [2, 21]], "21 no está"),
        ("annual_percent_by_ratio", [[1, 1], [1001, 20]], "1001 no está"),
        ("switch", True, ""),
    ],
)
def test_both_sides_of_a_bound(unit, value, beyond):
    assert out_of_bounds(unit, value).startswith(beyond)
    assert bool(out_of_bounds(unit, value)) == bool(beyond)


def test_the_change_of_the_readme_can_be_tried(tmp_path):
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)
    found = overlay(tmp_path, text, head="")
    assert [(one.name, one.after) for one in found.amended] == [
        ("threshold", "30 %"),
        (
            "rate_by_wage",
            "5 escalones: de 0.91 % anual (desde 1.5 veces) a 2.09 % anual (1.9 veces)",
        ),
    ]
