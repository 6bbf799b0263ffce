"""The pages of what every solution shares: series and common parameters, and the policy that says
which offer suits a person best."""

from __future__ import annotations

from tequio.core.law import common
from tequio.engine.rulebook import published
from tequio.engine.tape.dictionary import table
from tequio.engine.values import value_words
from tequio.handbook.solution import (
    note,
    parameter_table,
    rule_table,
    sources_of,
    sources_section,
)
from tequio.handbook.words import MADE, cells, cited

HEAD = f"""# Lo que comparten todas

*{MADE} [Todas las soluciones](README.md)*

Series y parámetros que cualquier regla o la proyección pueden nombrar; de la UMI, la UMA y el
salario mínimo, el valor mensual (diario × 30.4).
"""
POLICY_HEAD = f"""# Qué oferta conviene más

*{MADE} [Todas las soluciones](README.md)*

Entre las soluciones a las que un crédito tiene derecho y seguir igual se decide con estas reglas,
en este orden. No es una regla del Instituto: es del proyecto, con fecha como las demás.
"""


def shared_page() -> str:
    """Every common parameter and series, each with all its dates."""
    parts = [HEAD]
    keys = set[str]()
    for name, one in common().items():
        rows = []
        for value in one.history:
            keys.add(value.source)
            citation = cited(value.rule, value.confidence, value.source)
            words = value_words(one.unit, value.value)
            rows.append(cells(str(value.since), words, citation, note(value)))
        heads = ("desde", "valor", "regla", "nota")
        parts.append(f'<a id="{name}"></a>\n\n## `{name}`: {one.label}\n\n{table(heads, rows)}')
    return "\n".join([*parts, sources_section(keys)])


def policy_page() -> str:
    """The rules and the values that compare offers, each with all its dates."""
    book = published().policy
    sections = (
        POLICY_HEAD,
        f"## Reglas\n\n{rule_table(book)}",
        f"## Parámetros\n\n{parameter_table(book)}",
        sources_section(sources_of(book)),
    )
    return "\n".join(sections)
