"""The pages of docs/solutions are made, never written: they say what the law and the code say."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tequio.core import Programme
from tequio.core.errors import LawError
from tequio.core.law import Confidence, common, sources
from tequio.core.law_units import in_our_units
from tequio.core.programme import WhenActive, matrix
from tequio.core.symbols import formulas, show, symbolic
from tequio.engine.rulebook import published
from tequio.engine.values import number, value_words
from tequio.handbook import solution, timeline
from tequio.handbook.front import front_page
from tequio.handbook.registry import listings
from tequio.handbook.shared import policy_page, shared_page
from tequio.handbook.words import FAMILIES
from tequio.handbook.writing import pages, write
from tequio.programmes import NOT_AUTOMATED, REGISTRY
from worked import each_programme

MEND = "run: ./tequio law --write docs/solutions"


@pytest.fixture(scope="module")
def fresh() -> dict[str, str]:
    return pages()


def test_the_committed_pages_are_not_stale(root: Path, fresh: dict[str, str]) -> None:
    folder = root / "docs" / "solutions"
    for name, text in fresh.items():
        assert (folder / name).exists(), MEND
        assert (folder / name).read_text(encoding="utf-8") == text, f"{name}: {MEND}"


def test_no_committed_page_is_of_a_solution_that_is_gone(root: Path, fresh: dict[str, str]) -> None:
    committed = {path.name for path in (root / "docs" / "solutions").iterdir()}
    assert committed == fresh.keys(), f"{MEND}, and delete what it names"


def test_what_is_written_is_what_the_pages_say(tmp_path: Path, fresh: dict[str, str]) -> None:
    (tmp_path / "mine.md").write_text("Mine.", encoding="utf-8")
    assert write(tmp_path / "new") == []
    assert write(tmp_path) == ["mine.md"]
    for name, text in fresh.items():
        assert (tmp_path / name).read_text(encoding="utf-8") == text
    assert (tmp_path / "mine.md").read_text(encoding="utf-8") == "Mine."


def test_every_link_leads_somewhere(root: Path, fresh: dict[str, str]) -> None:
    folder = root / "docs" / "solutions"
    for name, text in fresh.items():
        for target, anchor in re.findall(r"\]\(([\w./]*)#?(\w*)\)", text):
            page = fresh.get(target or name)
            assert page or (folder / target).resolve().is_file(), (name, target)
            if anchor:
                assert page, (name, target)
                heads = {one.lower() for one in re.findall(r"^## (\w+)$", page, re.MULTILINE)}
                assert anchor in heads | set(re.findall(r'<a id="(\w+)">', page)), (name, anchor)


def test_no_table_has_a_row_of_another_width(fresh: dict[str, str]) -> None:
    for name, text in fresh.items():
        for block in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1, (name, block[:80])


@each_programme
def test_a_page_has_every_requirement_with_its_sentence_and_rule(
    programme: Programme, fresh: dict[str, str]
) -> None:
    page = fresh[f"{programme.name}.md"]
    for rules, _, _ in solution.texts(programme):
        assert f"### Texto «{rules.text.value}»" in page
        for one in solution.asked(rules):
            lines = [line for line in page.splitlines() if line.startswith(f"| `{one.name}` |")]
            plain = re.split(r"\{\w+\}", one.otherwise)
            said = [line for line in lines if all(part in line for part in plain)]
            assert any(f"| {one.rule} · " in line for line in said), one.name


def test_that_nothing_stands_in_its_way_is_no_requirement() -> None:
    refused = {
        name
        for name, row in matrix().items()
        if any(cell.then is WhenActive.REFUSED for cell in row)
    }
    for programme in REGISTRY:
        for rules, _, _ in solution.texts(programme):
            names = [one.name for one in solution.asked(rules)]
            assert ("compatible" in names) is (programme.name in refused)
            assert len(names) >= len(symbolic(rules)[1]) - 1


@each_programme
def test_a_sentence_shows_the_law_s_figures_and_names_the_person_s(programme: Programme) -> None:
    for rules, _, _ in solution.texts(programme):
        for one in symbolic(rules)[1]:
            for name, fact in one.facts.items():
                shown = solution.shown(rules, name, show(fact))
                of_the_law = re.fullmatch(r"law\.\w+", show(fact))
                assert (shown[0] == "⟨") is not bool(of_the_law), (one.name, name)
                assert "law." not in shown
                assert "loan." not in shown


@each_programme
def test_a_page_has_every_dated_value_and_every_rule(
    programme: Programme, fresh: dict[str, str]
) -> None:
    page = fresh[f"{programme.name}.md"]
    for name, parameter in programme.book.own.items():
        for value in parameter.history:
            row = f"| {value.since} | "
            words = (
                f"`{value.value}`" if name == "text" else value_words(parameter.unit, value.value)
            )
            assert (row + ("—" if value.ends else words)) in page, (name, value.since)
            assert value.source in page
    for name, rule in programme.book.rules.items():
        assert f"| `{name}` | {rule.says} | {rule.confidence.spanish} | {rule.source} |" in page
        assert f"| `{rule.source}` | {sources()[rule.source]} |" in page
    for cell in matrix()[programme.name]:
        assert f"{cell.rule} · {cell.confidence.spanish}" in page


@each_programme
def test_a_page_prints_the_formula_of_each_text_and_its_doubts(
    programme: Programme, fresh: dict[str, str]
) -> None:
    page = fresh[f"{programme.name}.md"]
    for rules, _, _ in solution.texts(programme):
        for name, text in formulas(rules).items():
            assert f"\n{name} = {text}\n" in page
        for doubt in rules.doubts():
            assert f"\n* {doubt}\n" in page
    for step, label in programme.labels.items():
        assert f"* `{step}`: {label}.\n" in page


@each_programme
def test_a_text_is_read_on_its_last_known_day(programme: Programme) -> None:
    for rules, since, last in solution.texts(programme):
        assert rules.text.since == since
        assert since <= rules.day <= (last or date.max)
        later = [
            value.since
            for _, parameter in programme.book.named(rules.version.law)
            for value in parameter.history
            if rules.day < value.since <= (last or date.max)
        ]
        assert later == []


def test_no_name_of_a_figure_is_there_for_nobody() -> None:
    used = set()
    for programme in REGISTRY:
        for rules, _, _ in solution.texts(programme):
            for one in symbolic(rules)[1]:
                used |= {
                    name
                    for name, fact in one.facts.items()
                    if solution.shown(rules, name, show(fact)) == f"⟨{solution.COUNTED.get(name)}⟩"
                }
    assert used == solution.COUNTED.keys()


def test_what_all_share_has_every_value_with_its_date() -> None:
    page = shared_page()
    for name, parameter in common().items():
        assert f"## `{name}`: {parameter.label}" in page
        for value in parameter.history:
            assert f"| {value.since} | {value_words(parameter.unit, value.value)} |" in page


def test_the_policy_has_every_rule_and_every_value_with_its_date() -> None:
    page, book = policy_page(), published().policy
    for name, rule in book.rules.items():
        assert f"| `{name}` | {rule.says} | {rule.confidence.spanish} |" in page
    for name, parameter in book.own.items():
        for value in parameter.history if name != "text" else ():
            assert f"| {value.since} | {value_words(parameter.unit, value.value)} |" in page
            assert value.source in page


# The registry


def test_the_registry_lists_all_once_in_the_order_of_a_desk() -> None:
    names = [one.name for one in listings()]
    assert names == [one.name for one in (*REGISTRY, *NOT_AUTOMATED)]
    assert {one.family for one in listings()} == FAMILIES.keys()


@each_programme
def test_a_listing_is_in_force_on_the_days_of_a_text(programme: Programme) -> None:
    (one,) = (line for line in listings() if line.name == programme.name)
    for since, last in one.spans:
        programme.at(since)
        programme.at(last or date(2060, 12, 31))
        assert all(other[0] != last for other in one.spans)
    assert one.verified_from == programme.verified_from == one.spans[0][0]


def test_texts_that_follow_each_other_are_one_span() -> None:
    spans = {one.name: one.in_force for one in listings()}
    assert spans["prorroga"] == "desde 2017-01-01"
    assert spans["apoyo_solidario"] == "2021-05-16 a 2022-05-31"
    assert spans["mediacion"] == "—"


@each_programme
def test_the_least_sure_is_of_all_that_is_stated(programme: Programme) -> None:
    (one,) = (line for line in listings() if line.name == programme.name)
    book = programme.book
    said = [rule.confidence for rule in book.rules.values()]
    said += [value.confidence for held in book.own.values() for value in held.history]
    order = list(Confidence)
    assert one.confidence == order[max(order.index(each) for each in said)]
    assert one.as_unsure == sum(each == one.confidence for each in said)
    assert one.statements == len(said)


def test_the_front_page_has_the_registry_the_matrix_and_what_is_not_worked_out() -> None:
    page = front_page()
    for programme in REGISTRY:
        assert page.count(f"\n| [{programme.title}]({programme.name}.md) |") == 2
    for one in NOT_AUTOMATED:
        assert one.text in page
        assert sources()[one.source] in page


# Values in words


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        ("months", 1, "1 mes"),
        ("months", 24, "24 meses"),
        ("percent", [25, 50, 75], "25, 50, 75 %"),
        ("day_of_month", 9, "día 9"),
        ("switch", True, "sí"),
        ("date", date(2013, 1, 1), "2013-01-01"),
        ("products", "cofinavit", "cofinavit"),
        ("events", ["death", "invalidity"], "fallecimiento, invalidez definitiva"),
        (
            "pesos_by_pesos",
            [[0, 272], [2705, 531]],
            "desde $0.00: $272.00; desde $2,705.00: $531.00",
        ),
    ],
    ids=str,
)
def test_a_value_reads_as_people_write_it(unit: str, value: Any, words: str) -> None:
    assert value_words(unit, value) == words


def test_no_value_of_money_loses_a_centavo() -> None:
    for parameter in common().values():
        if parameter.unit in ("pesos", "pesos_per_unit"):
            for value in parameter.history:
                digits = re.sub(r"[$,.]", "", number(parameter.unit, value.value))
                assert int(digits) == in_our_units(parameter.unit, value.value)


# The timeline


def test_the_timeline_has_every_event_and_every_text_oldest_first() -> None:
    known = timeline.timeline()
    assert [one.when for one in known] == sorted(one.when for one in known)
    texts = sum(len(one.book.parameters["text"].history) for one in REGISTRY)
    assert len(known) == texts + len(timeline.read_events())
    for event in known:
        assert event.says.endswith(".")
        assert event.source in sources()
        assert front_page().count(f"| {event.when} | {event.says} |") == 1


SOUND = {"when": "2019-07", "says": "Algo.", "source": "POL6", "confidence": "press"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"when": "julio"}, "la fecha es un año"),
        ({"when": "2019-7"}, "la fecha es un año"),
        ({"source": "NADIE"}, "la fuente 'NADIE'"),
        ({"confidence": "sure"}, "la confianza 'sure'"),
        ({"more": "x"}, "no se entiende more"),
    ],
)
def test_an_event_that_does_not_hold_says_where(changed: dict[str, str], said: str) -> None:
    assert timeline.read_event(SOUND).when == "2019-07"
    with pytest.raises(LawError) as refusal:
        timeline.read_event(SOUND | changed)
    assert said in str(refusal.value)
    assert str(refusal.value).startswith("events.toml: ")
