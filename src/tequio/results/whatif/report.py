"""A what-if's report: two pages in one file, no network, no script; and every figure of them as CSV
beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tequio.charts import stylesheet
from tequio.core.spelling import long_date
from tequio.engine import rulebook
from tequio.engine.drafts import whole
from tequio.engine.explain import suppositions
from tequio.results.published import Place
from tequio.results.whatif.pictures import Album
from tequio.results.whatif.published import published
from tequio.results.whatif.records import Report
from tequio.results.whatif.tally import Comparison
from tequio.results.written import HEADER, HERE, row, template, write_csv

GROUP = 2  # where the column of groups stands
SHOWN = 4  # changes of the law in the table; the others are folded away


def write_report(comparison: Comparison, out: Path, *, places: Mapping[str, Place]) -> Path:
    """The report of two laws over a portfolio, and its figures in a CSV of the same name.

    `places` names the municipalities, by INEGI key: one that is missing is shown by its key.
    """
    report = published(comparison, places)
    manifest, as_of, law = comparison.manifest, comparison.as_of, rulebook.published()
    table = out.with_suffix(".csv")
    styles = [HERE / "page.css", HERE / "whatif" / "report.css"]
    page = template("whatif/report.html.j2").render(
        day=long_date(as_of),
        manifest=manifest,
        laws=list(zip(manifest["named"], manifest["law_sha256"].split(), strict=True)),
        report=report,
        panels=list(Album(manifest, as_of, report).panels()),
        amended=manifest["amended"],
        shown=SHOWN,
        suppositions=suppositions(law, as_of),
        policy=[rule.says for rule in law.policy.rules.values()],
        table=table.name,
        css="".join(path.read_text(encoding="utf-8") for path in styles) + stylesheet(),
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    write_csv(table, (*HEADER[:GROUP], "grupo", *HEADER[GROUP:]), rows(report))
    with whole(out) as draft:
        draft.write_text(page, encoding="utf-8")
    return out


def rows(report: Report) -> Iterator[list[str]]:
    """Each figure with the group that it tells of."""
    for group, figure in report.every_figure():
        cells = row(figure)
        yield [*cells[:GROUP], group, *cells[GROUP:]]
