"""`tequio law` and `tequio series`: what the rules say on a day, from where, and the formula
itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tequio.cli.say import AsJson, Command, day, misuse, print_json, refuse

if TYPE_CHECKING:
    from tequio.core.law import Value
    from tequio.core.programme import InForce, NotOffered, Programme
    from tequio.core.series import Series

OnDay = Annotated[
    str,
    typer.Option("--as-of", metavar="AAAA-MM-DD", help="La ley de qué día; si no se dice, hoy."),
]
UNIT_WORDS = {
    "percent": "%",
    "annual_percent": "% anual",
    "pesos": "pesos",
    "pesos_per_unit": "pesos por unidad",
    "months": "meses",
    "times": "veces",
    "ratio": "veces",
    "units": "VSM",
}


def add_to(app: typer.Typer) -> None:
    """The commands."""
    app.command("law", cls=Command)(law_command)
    app.command("series", cls=Command)(series_command)


def law_command(
    programme: Annotated[str | None, typer.Argument(metavar="SOLUCIÓN", help="Cuál.")] = None,
    as_of: OnDay = "",
    sql: Annotated[bool, typer.Option("--sql", help="La regla como una consulta SQL.")] = False,
    as_json: AsJson = False,
) -> None:
    """La ley vigente: parámetros con fecha, fuente y confianza, y la fórmula que da la propia
    regla.

    Ejemplo: [bold]tequio law borron_y_cuenta_nueva --as-of 2024-06-30[/bold]
    """
    from tequio.core.programme import NotOffered
    from tequio.core.spelling import long_date
    from tequio.core.symbols import as_sql

    on = day(as_of)
    if programme is None and sql:
        misuse("Diga de qué solución: ./tequio law SOLUCIÓN --sql")
    if programme is None:
        show_registry(on, as_json=as_json)
        return
    asked = programme_named(programme)
    status = asked.status(on)
    if isinstance(status, NotOffered):
        refuse(f"{asked.title}, el {long_date(on)}: {status.say()}")
    if sql and as_json:
        print_json({"programme": programme, "day": on, "sql": as_sql(status)})
    elif sql:
        print(as_sql(status))
    elif as_json:
        print_json(described(status))
    else:
        show_law(status)


def programme_named(name: str) -> Programme:
    """A programme of the registry, or a refusal that says why there is none of that name."""
    from tequio.programmes import NOT_AUTOMATED, REGISTRY

    known = {p.name: p for p in REGISTRY}
    for one in NOT_AUTOMATED:
        if one.name == name:
            refuse(f"{one.title} no se calcula. {one.text}")
    if name not in known:
        refuse(f"No hay una solución {name!r}. Las que hay: {', '.join(known)}.")
    return known[name]


def show_registry(on: date, *, as_json: bool) -> None:
    """Every solution: whether it is in force, since when it is known."""
    from tequio.core.law import sources
    from tequio.core.spelling import long_date
    from tequio.programmes import NOT_AUTOMATED, REGISTRY

    rows = [(p.name, p.title, in_words(p.status(on)), str(p.verified_from)) for p in REGISTRY]
    if as_json:
        keys = ("programme", "title", "status", "verified_from")
        others = [(o.name, o.title, f"No se calcula. {o.text}", None) for o in NOT_AUTOMATED]
        print_json([dict(zip(keys, row, strict=True)) for row in [*rows, *others]])
        return
    print(f"El {long_date(on)}")
    for name, title, status, verified in rows:
        print(f"· {title} ({name}): {status}")
        print(f"    verificada desde {verified}")
    for other in NOT_AUTOMATED:
        print(f"· {other.title} ({other.name}): no se calcula. {other.text}")
        print(f"    fuente: {sources()[other.source]}")
    print("La ley de una: ./tequio law SOLUCIÓN --as-of AAAA-MM-DD")


def in_words(status: InForce | NotOffered) -> str:
    """Whether a programme has a text on the day."""
    from tequio.core.programme import InForce

    if not isinstance(status, InForce):
        return status.say()
    unknown = "; parte de la regla nunca se publicó" if status.unknown else ""
    return f"vigente desde {status.text.since}{unknown}"


def described(rules: InForce) -> dict[str, Any]:
    """The law of a day as a record."""
    from tequio.core.law import sources
    from tequio.core.symbols import formulas

    book = rules.programme.book
    return {
        "programme": rules.programme.name,
        "title": rules.programme.title,
        "day": rules.day,
        "text": rules.text.value,
        "text_from": rules.text.since,
        "parameters": [
            {
                "name": name,
                "label": parameter.label,
                "unit": parameter.unit,
                "value": value.value,
                "from": value.since,
                "rule": value.rule,
                "source": where_from(value),
                "confidence": value.confidence.spanish,
            }
            for name, parameter in book.named(rules.version.law)
            for value in [parameter.at(rules.day)]
        ],
        "rules": {
            name: {
                "says": rule.says,
                "source": sources()[rule.source],
                "confidence": rule.confidence.spanish,
            }
            for name, rule in book.rules.items()
        },
        "formulas": formulas(rules),
    }


def where_from(value: Value) -> str:
    """A source of the register, or that of a series row as it stands."""
    from tequio.core.law import sources

    return sources().get(value.source, value.source)


def show_law(rules: InForce) -> None:
    """Parameters, sentences, formula."""
    from tequio.core.spelling import long_date

    said = described(rules)
    print(
        f"{said['title']}, texto «{said['text']}», vigente desde el {long_date(said['text_from'])}"
    )
    print("\nParámetros")
    for p in said["parameters"]:
        print(f"· {p['label']}: {value_words(p['unit'], p['value'])}")
        print(f"    desde {p['from']}; {p['rule']}, {p['confidence']}: {p['source']}")
    print("\nReglas")
    for name, rule in said["rules"].items():
        print(f"· {name}: {rule['says']}")
        print(f"    {rule['confidence']}: {rule['source']}")
    print("\nLa fórmula, impresa por la propia regla (cada condición debe cumplirse)")
    for name, text in said["formulas"].items():
        print(f"  {name} = {text}")


def value_words(unit: str, value: object) -> str:
    """A value as the file says it, with its unit."""
    words = UNIT_WORDS.get(unit, "")
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, list) and isinstance(value[0], list):
        return f"tabla de {len(value)} escalones, de {value[0][1]} a {value[-1][1]}"
    if isinstance(value, list):
        return f"{', '.join(str(item) for item in value)} {words}".strip()
    if unit == "day_of_month":
        return f"día {value}"
    shown = f"{value:,}" if isinstance(value, int | Decimal) else str(value)
    one = {"meses": "mes", "veces": "vez"}
    return f"{shown} {one.get(words, words) if value == 1 else words}".strip()


def series_command(
    name: Annotated[str | None, typer.Argument(metavar="SERIE", help="Cuál.")] = None,
    as_json: AsJson = False,
) -> None:
    """Las series (UMA, UMI, salario mínimo, inflación): cada fila con su fecha y su fuente.

    Ejemplo: [bold]tequio series umi[/bold]
    """
    from tequio.core.law import HERE, Confidence
    from tequio.core.series import load

    known = load(HERE / "series")
    if name is None:
        show_all_series(list(known.values()), as_json=as_json)
        return
    if name not in known:
        refuse(f"No hay una serie {name!r}. Las que hay: {', '.join(known)}.")
    chosen = known[name]
    rows = [(str(r.since), f"{r.value:f}", r.confidence, r.source) for r in chosen.rows]
    if as_json:
        keys = ("since", "value", "confidence", "source")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    print(f"{chosen.label}, {chosen.unit}")
    for since, value, confidence, source in rows:
        print(f"{since}  {value:>10}  {Confidence(confidence).spanish}: {source}")


def show_all_series(known: list[Series], *, as_json: bool) -> None:
    """Each series and its last row."""
    rows = [
        (s.name, s.label, s.unit, f"{s.rows[-1].value:f}", str(s.rows[-1].since)) for s in known
    ]
    if as_json:
        keys = ("name", "label", "unit", "last", "since")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    for name, label, unit, last, since in rows:
        print(f"· {name}: {label}; {last} {unit} desde {since}")
    print("Una entera, con sus fuentes: ./tequio series NOMBRE")
