"""The front page: the registry, what is not worked out, the matrix, the timeline."""

from __future__ import annotations

from collections.abc import Sequence

from tequio.core.law import sources
from tequio.core.programme import matrix
from tequio.engine.tape.dictionary import table
from tequio.handbook.registry import Listing, listings
from tequio.handbook.solution import sources_section
from tequio.handbook.timeline import timeline
from tequio.handbook.words import (
    FAMILIES,
    IN_FORCE,
    MADE,
    NONE,
    THEN,
    cells,
    link,
)
from tequio.programmes import NOT_AUTOMATED, REGISTRY, TITLES

HEAD = f"""# Soluciones de pago

*{MADE}*

Una página por solución: qué da, quién cumple, desde cuándo, cada valor con su historia y su fuente,
y la fórmula que imprime la propia regla. Lo que todas comparten está en
[comunes](comunes.md); cómo se decide cuál conviene más, en [mejor oferta](mejor_oferta.md).

De cada cosa se dice qué tan segura es: **oficial** (un documento o una página del Instituto),
**prensa** (un comunicado o las palabras de un funcionario, por la prensa), **inferido** (por
nosotros, de cifras publicadas) o **supuesto** (no se halló una regla pública).
"""


def front_page() -> str:
    """The index of the folder."""
    sections = (HEAD, registry(), not_automated(), compatibility(), events())
    return "\n".join(sections)


def registry() -> str:
    """Every solution, in the order in which a desk reads them out."""
    heads = (
        "solución",
        "familia",
        "en vigor",
        "verificada desde",
        "lo menos seguro",
        "¿se calcula?",
    )
    return f"## Registro\n\n{table(heads, [registry_row(one) for one in listings()])}"


def registry_row(one: Listing) -> Sequence[str]:
    """One line; what is not worked out has no page of its own."""
    name = link(one.name) if one.automated else one.title
    since = str(one.verified_from) if one.verified_from else NONE
    done = "sí" if one.automated else "no"
    return cells(name, FAMILIES[one.family], one.in_force, since, one.least_sure, done)


def not_automated() -> str:
    """Those that a person agrees or appraises."""
    rows = "".join(
        f"* **{one.title}** (`{one.name}`). {one.text} {one.confidence.spanish.capitalize()}: "
        f"{sources()[one.source]}.\n"
        for one in NOT_AUTOMATED
    )
    return f"## Lo que no se calcula\n\n{rows}"


def compatibility() -> str:
    """The matrix: a row for what is asked, a column for what is in force."""
    heads = ("si pide", *(TITLES[name] for name in IN_FORCE.values()))
    rows = []
    for programme in REGISTRY:
        answers = (matrix()[programme.name][place] for place in IN_FORCE)
        said = [THEN[cell.then] + ("\\*" if cell.confidence.doubtful else "") for cell in answers]
        rows.append([link(programme.name), *said])
    return (
        "## Compatibilidad\n\nQué pasa al pedir una (fila) con otra vigente (columna): **sí**, sin "
        "más; **cancela**, al firmar termina la vigente; **no**. Con \\*, inferido o supuesto; la "
        f"página de cada una dice de dónde.\n\n{table(heads, rows)}"
    )


def events() -> str:
    """What changed and when."""
    known = timeline()
    rows = [cells(one.when, one.says, one.confidence.spanish, one.source) for one in known]
    heads = ("cuándo", "qué cambió", "confianza", "fuente")
    return (
        f"## Línea de tiempo\n\n{table(heads, rows)}\n{sources_section({e.source for e in known})}"
    )
