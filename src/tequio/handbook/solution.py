"""The page of one solution: what it gives, to whom, since when, from where, by which formula."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from tequio.core.law import Book, Rule, Value, common, sources
from tequio.core.lists import SOLUTIONS
from tequio.core.loan import facts
from tequio.core.programme import InForce, Programme, Requirement, WhenActive, matrix
from tequio.core.spelling import long_date, spell
from tequio.core.symbols import formulas, parameters_read, show, symbolic
from tequio.engine.explain import DEFAULTS
from tequio.engine.tape.dictionary import table
from tequio.engine.values import value_words
from tequio.handbook.registry import of_programme
from tequio.handbook.words import (
    FAMILIES,
    IN_FORCE,
    KINDS,
    MADE,
    NONE,
    THEN,
    cells,
    cited,
    inside,
    link,
    period,
)

Text = tuple[InForce, date, date | None]  # on its last known day; its first and its last

# What a sentence shows of a person that is neither a column nor a step of the working.
COUNTED = {
    "age": "meses desde el otorgamiento",
    "since": "meses desde la conversión",
    "share": "parte de lo prestado que debe",
    "limit": "esa parte de lo prestado",
    "most": "esas veces el salario mínimo",
    "needed": "meses que necesita",
    "last": "último día hábil del mes",
    "bearable": "lo que su salario alcanza",
}
TODAY = {"balance": "lo que debe hoy", "instalment": "su mensualidad de hoy"}

FORMULA = """## La fórmula

La imprime la propia regla: primero los requisitos (cada uno debe ser cierto), después los pasos de
la cuenta. `loan` son las [columnas de un crédito](../columns.md); `law`, los parámetros; `today`,
las condiciones de hoy; un número dentro de `among`, un lugar de la lista de esa columna.
"""


def page(programme: Programme) -> str:
    """The page in Markdown. Every list is in the order of the law's own file."""
    versions = list(texts(programme))
    parts = [
        head(programme),
        gives(programme, versions),
        who(versions),
        dates(programme),
        parameters(programme, versions),
        f"## Reglas\n\n{rule_table(programme.book)}",
        formula(versions),
        compatibility(programme),
        doubts(versions),
        published(programme),
    ]
    return "\n".join(parts)


def texts(programme: Programme) -> Iterator[Text]:
    """Each text with the newest values known of its time: its last day, or the day of the last
    change of a parameter that it names."""
    for version, since, until in programme.periods(programme.book):
        last = until - timedelta(days=1) if until else None
        named = (parameter for _, parameter in programme.book.named(version.law))
        changes = (value.since for parameter in named for value in parameter.history)
        day = last or max([since, *changes])
        yield programme.at(day), since, last


def head(programme: Programme) -> str:
    """Name, and its line of the registry."""
    listing = of_programme(programme)
    row = (
        FAMILIES[listing.family],
        listing.in_force,
        str(listing.verified_from),
        listing.least_sure,
        f"`{listing.name}`",
    )
    heads = ("familia", "en vigor", "verificada desde", "lo menos seguro", "en las órdenes")
    return (
        f"# {programme.title}\n\n"
        f"*{MADE} [Todas las soluciones](README.md)*\n\n"
        f"{table(heads, [cells(*row)])}"
    )


def gives(programme: Programme, versions: list[Text]) -> str:
    """The promise with the names of its figures, what a failed payment does, the steps."""
    named = {step: f"⟨{inside(label)}⟩" for step, label in programme.labels.items()}
    failing = dict.fromkeys(DEFAULTS[symbolic(rules)[0].on_default] for rules, _, _ in versions)
    said = [programme.promise.format(**named), *filter(None, failing)]
    steps = "".join(f"* `{step}`: {label}.\n" for step, label in programme.labels.items())
    return f"## Qué da\n\n> {' '.join(said)}\n\nLos pasos de la cuenta, por su nombre:\n\n{steps}"


def who(versions: list[Text]) -> str:
    """The requirements of each text, the newest first."""
    parts = ["## Quién cumple\n"]
    for rules, since, last in reversed(versions):
        heads = ("requisito", "clase", "a quien no lo cumple se le dice", "regla", "parámetros")
        rows = [requirement_row(rules, one) for one in asked(rules)]
        parts.append(
            f"### Texto «{rules.text.value}», {period(since, last)}\n\n"
            f"Con los valores del {long_date(rules.day)}.\n\n{table(heads, rows)}"
        )
    return "\n".join(parts)


def asked(rules: InForce) -> list[Requirement]:
    """The requirements that somebody may not meet: where the matrix refuses nothing, its own is
    none."""
    refuses = any(cell.then is WhenActive.REFUSED for cell in matrix()[rules.programme.name])
    return [one for one in symbolic(rules)[1] if refuses or one.name != "compatible"]


def requirement_row(rules: InForce, one: Requirement) -> tuple[str, ...]:
    """One requirement: its sentence, the rule behind it, and the parameters that it looks at."""
    book = rules.programme.book
    said = {name: shown(rules, name, show(fact)) for name, fact in one.facts.items()}
    known = book.rules[one.rule]
    seen = re.findall(r"law\.(\w+)", " ".join([show(one.met), *map(show, one.facts.values())]))
    mine = [name for name in dict.fromkeys(seen) if name in (book.own.keys() | {RELEASING})]
    looked = (stated(rules, name) for name in mine)
    return tuple(
        cells(
            f"`{one.name}`",
            KINDS[one.kind],
            one.otherwise.format(**said),
            cited(one.rule, known.confidence, known.source),
            "; ".join(looked) or NONE,
        )
    )


RELEASING = "releasing_payments"  # the one common parameter that a requirement compares with


def shown(rules: InForce, name: str, text: str) -> str:
    """What a sentence shows: a value of the law, or the name of a figure of the person."""
    if found := re.fullmatch(r"law\.(\w+)", text):
        return spell(getattr(rules.law, found[1]), 0)
    return f"⟨{personal(rules, name, text)}⟩"


def personal(rules: InForce, name: str, text: str) -> str:
    """The Spanish name of a figure that each person has."""
    if found := re.fullmatch(r"loan\.(\w+)", text):
        return inside(facts()[found[1]][1].label)
    offer, _ = symbolic(rules)
    terms = {show(getattr(offer.before, term)): word for term, word in TODAY.items()}
    steps = {show(step): rules.programme.labels[key] for key, step in offer.working.items()}
    known = terms.get(text) or inside(steps.get(text, "")) or COUNTED.get(name)
    assert known, f"handbook/solution.py: say in COUNTED what {name} is ({text})"
    return known


def stated(rules: InForce, name: str) -> str:
    """A parameter with its value and where it comes from."""
    parameter = rules.programme.book.parameters[name]
    value = parameter.at(rules.day)
    words = value_words(parameter.unit, value.value)
    return f"{parameter.label}: **{words}** ({cited(value.rule, value.confidence, value.source)})"


def dates(programme: Programme) -> str:
    """When each text begins, and the end."""
    rows = [
        cells(
            str(value.since),
            NONE if value.ends else f"`{value.value}`",
            cited(value.rule, value.confidence, value.source),
            note(value),
        )
        for value in programme.book.parameters["text"].history
    ]
    return f"## Textos de las reglas\n\n{table(('desde', 'texto', 'regla', 'nota'), rows)}"


def note(value: Value) -> str:
    """What a date means beyond its value."""
    end = ["Deja de ofrecerse."] if value.ends else []
    hidden = ["Parte de la regla nunca se publicó."] if value.unknown else []
    return " ".join([*end, *hidden, *filter(None, [value.says])]) or NONE


def parameters(programme: Programme, versions: list[Text]) -> str:
    """Every value that the programme's file ever had; then which common ones it reads."""
    read = set[str]().union(*(parameters_read(rules) for rules, _, _ in versions))
    shared = [f"[`{name}`](comunes.md#{name})" for name in common() if name in read]
    own = parameter_table(programme.book) or "No tiene parámetros propios.\n"
    return f"## Parámetros\n\n{own}\nDe los [comunes](comunes.md) lee: {', '.join(shared)}.\n"


def parameter_table(book: Book) -> str:
    """The parameters of a file, each with all its dates; empty without any."""
    rows = []
    for name, one in book.own.items():
        if name == "text":
            continue
        for place, value in enumerate(one.history):
            first = (f"`{name}`", one.label) if place == 0 else ("", "")
            words = NONE if value.ends else value_words(one.unit, value.value)
            citation = cited(value.rule, value.confidence, value.source)
            rows.append(cells(*first, str(value.since), words, citation, note(value)))
    heads = ("parámetro", "qué es", "desde", "valor", "regla", "nota")
    return table(heads, rows) if rows else ""


def rule_table(book: Book) -> str:
    """Every sentence of a file."""
    rows = [
        cells(f"`{name}`", rule.says, rule.confidence.spanish, rule.source, of_which(rule))
        for name, rule in book.rules.items()
    ]
    return table(("regla", "qué dice", "confianza", "fuente", "textos"), rows)


def of_which(rule: Rule) -> str:
    """The texts that state a rule."""
    return ", ".join(f"`{text}`" for text in rule.texts) or "todos"


def formula(versions: list[Text]) -> str:
    """What each text prints when it is run over names instead of columns, the newest first."""
    parts = [FORMULA]
    for one, _, _ in reversed(versions):
        lines = "\n".join(f"{name} = {text}" for name, text in formulas(one).items())
        parts.append(f"### Texto «{one.text.value}»\n\n```\n{lines}\n```\n")
    return "\n".join(parts)


def compatibility(programme: Programme) -> str:
    """What each solution in force does to a request for this one, and what this one does to the
    others."""
    row = matrix()[programme.name]
    answers = [
        cells(link(name), THEN[cell.then], cited(cell.rule, cell.confidence, cell.source))
        for name, cell in ((name, row[place]) for place, name in IN_FORCE.items())
    ]
    heads = ("si tiene vigente", "¿puede pedirla?", "regla")
    said = f"## Compatibilidad\n\n{table(heads, answers)}"
    if programme.name in SOLUTIONS:
        place = SOLUTIONS.index(programme.name)
        others = [cells(link(name), THEN[row[place].then]) for name, row in matrix().items()]
        said += f"\nMientras esta esté vigente:\n\n{table(('si pide', '¿puede?'), others)}"
    return said


def doubts(versions: list[Text]) -> str:
    """What is inferred or assumed, in any text."""
    said = dict.fromkeys(doubt for one, _, _ in versions for doubt in one.doubts())
    lines = "".join(f"* {doubt}\n" for doubt in said)
    return f"## En duda\n\n{lines or 'Nada es inferido ni supuesto.'}"


def published(programme: Programme) -> str:
    """Each source that the page cites."""
    return sources_section(
        sources_of(programme.book) | {cell.source for cell in matrix()[programme.name]}
    )


def sources_of(book: Book) -> set[str]:
    """The keys that a file cites."""
    values = (value for one in book.own.values() for value in one.history)
    return {rule.source for rule in book.rules.values()} | {value.source for value in values}


def sources_section(keys: set[str]) -> str:
    """The register's entries of some keys, in its order."""
    rows = [cells(f"`{key}`", says) for key, says in sources().items() if key in keys]
    return f"## Fuentes\n\n{table(('clave', 'dónde se publicó'), rows)}"
