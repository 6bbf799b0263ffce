"""The data dictionary is made, never written: the committed page is what the rules say today."""

from pathlib import Path

from tequio.core.loan import TEXTS, facts, known_flags
from tequio.core.symbols import columns_read
from tequio.engine.tape.dictionary import dictionary, read_by
from tequio.programmes import REGISTRY


def test_the_committed_page_is_not_stale(root: Path) -> None:
    committed = (root / "docs" / "columns.md").read_text(encoding="utf-8")
    fresh = dictionary(read_by())
    assert committed == fresh, "run: python -m tequio.engine.tape.dictionary"


def test_every_column_is_there_once(root: Path) -> None:
    page = (root / "docs" / "columns.md").read_text(encoding="utf-8")
    for name in [*(text.name for text in TEXTS), *facts()]:
        assert page.count(f"| `{name}` |") == 1


def test_readers_are_those_of_the_rules() -> None:
    readers = read_by()
    assert list(readers) == list(facts())
    for programme in REGISTRY:
        days = [since for _, since, _ in programme.periods(programme.book)]
        read = set().union(*(columns_read(programme.at(day)) for day in days))
        listed = {name for name, names in readers.items() if programme.name in names}
        assert listed == {known_flags().get(name, name) for name in read}


def test_a_page_lists_the_readers_that_it_is_given() -> None:
    page = dictionary({name: ["someone"] for name in facts()})
    assert page.count("| `someone` |") == len(facts())
