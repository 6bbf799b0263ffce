"""`tequio law` and `tequio series`: the registry of solutions, what the rules say on a day, from
where, the formula itself, and the pages of docs/solutions."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tequio.cli.say import AsJson, Command, day, misuse, print_json, refuse, table

if TYPE_CHECKING:
    from tequio.core.programme import InForce, NotOffered, Programme
    from tequio.core.series import Series
    from tequio.handbook.registry import Listing

OnDay = Annotated[
    str,
    typer.Option("--as-of", metavar="AAAA-MM-DD", help="La ley de qué día; si no se dice, hoy."),
]


def add_to(app: typer.Typer) -> None:
    """The commands."""
    app.command("law", cls=Command)(law_command)
    app.command("series", cls=Command)(series_command)


def law_command(
    programme: Annotated[str | None, typer.Argument(metavar="SOLUCIÓN", help="Cuál.")] = None,
    as_of: OnDay = "",
    sql: Annotated[bool, typer.Option("--sql", help="La regla como una consulta SQL.")] = False,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", metavar="CARPETA", help="Escribe ahí una página por solución y su índice."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """La ley: sin nombre, el registro de soluciones; de una, sus parámetros con fecha, fuente y
    confianza, y la fórmula que da la propia regla.

    Ejemplo: [bold]tequio law borron_y_cuenta_nueva --as-of 2024-06-30[/bold]
    """
    from tequio.core.programme import NotOffered
    from tequio.core.spelling import long_date
    from tequio.core.symbols import as_sql

    if write is not None:
        if programme or as_of or sql:
            misuse("Las páginas son de todas y de todas sus fechas: ./tequio law --write CARPETA")
        write_pages(write, as_json=as_json)
        return
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


def write_pages(folder: Path, *, as_json: bool) -> None:
    """One page a solution, what they share, and the index; no day is asked."""
    from tequio.handbook.writing import pages, write

    written, strange = [*pages()], write(folder)
    if as_json:
        print_json({"folder": folder, "written": written, "strange": strange})
        return
    print(f"{len(written)} páginas escritas en {folder}.")
    if strange:
        print(f"Estas ya no son de ninguna solución; bórrelas: {', '.join(strange)}.")


def show_registry(on: date, *, as_json: bool) -> None:
    """Every solution: family, dates, how sure, whether it is worked out, and how it stands."""
    from tequio.core.law import sources
    from tequio.handbook.registry import listings

    known = [(one, standing(one, on)) for one in listings()]
    if as_json:
        print_json([listed(one, status) for one, status in known])
        return
    heads = ("Solución", "Familia", "En vigor", "Verificada desde", "Lo menos seguro")
    rows = [row(one, status) for one, status in known]
    table((*heads, "Se calcula", f"El {on}"), rows, words=len(heads) + 2)
    print("No se calculan")
    for one, _ in known:
        if not one.automated:
            print(f"· {one.title} ({one.name}): {one.text}")
            print(f"    {one.confidence.spanish}: {sources()[one.source]}")
    print("La ley de una: ./tequio law SOLUCIÓN --as-of AAAA-MM-DD")


def row(one: Listing, status: InForce | NotOffered | None) -> tuple[str, ...]:
    """A line of the registry for the screen."""
    from tequio.handbook.words import FAMILIES, NONE

    since, done = str(one.verified_from or NONE), "sí" if one.automated else "no"
    family, stands = FAMILIES[one.family], in_a_word(status)
    return f"{one.title}\n{one.name}", family, one.in_force, since, one.least_sure, done, stands


def listed(one: Listing, status: InForce | NotOffered | None) -> dict[str, Any]:
    """A line of the registry as a record."""
    from tequio.core.law import sources

    return {
        "programme": one.name,
        "title": one.title,
        "family": one.family,
        "in_force": [{"from": first, "to": last} for first, last in one.spans],
        "verified_from": one.verified_from,
        "confidence": one.confidence.spanish,
        "statements": one.statements,
        "as_unsure": one.as_unsure,
        "automated": one.automated,
        "status": in_words(status),
        "text": one.text,
        "source": sources().get(one.source, ""),
    }


def standing(one: Listing, on: date) -> InForce | NotOffered | None:
    """The text of a day, or why there is none; nothing of what is not worked out."""
    from tequio.programmes import REGISTRY

    known = {programme.name: programme for programme in REGISTRY}
    return known[one.name].status(on) if one.automated else None


def in_a_word(status: InForce | NotOffered | None) -> str:
    """Whether there is a text on the day."""
    from tequio.core.programme import InForce
    from tequio.handbook.words import NONE

    if status is None:
        return NONE
    if isinstance(status, InForce):
        return "vigente, en parte sin publicar" if status.unknown else "vigente"
    return "todavía no" if status.begins else "ya no"


def in_words(status: InForce | NotOffered | None) -> str:
    """The same in a sentence."""
    from tequio.core.programme import InForce

    if status is None:
        return "No se calcula."
    if not isinstance(status, InForce):
        return status.say()
    unknown = "; parte de la regla nunca se publicó" if status.unknown else ""
    return f"Texto «{status.text.value}», vigente desde {status.text.since}{unknown}."


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
                "source": value.published,
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


def show_law(rules: InForce) -> None:
    """Parameters, sentences, formula."""
    from tequio.core.spelling import long_date
    from tequio.engine.values import value_words

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
