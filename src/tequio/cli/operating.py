"""`tequio backup`, `restore`, `doctor`, `serve`: what keeps an installation alive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tequio.cli.say import (
    REFUSED,
    WITH_REJECTS,
    AsJson,
    Command,
    complain,
    misuse,
    print_json,
    progress,
    refuse,
)


def add_to(app: typer.Typer) -> None:
    """The commands."""
    app.command("backup", cls=Command)(backup_command)
    app.command("restore", cls=Command)(restore_command)
    app.command("doctor", cls=Command)(doctor_command)
    app.command("serve", cls=Command)(serve_command)


def backup_command(
    out: Annotated[Path, typer.Option("--out", "-o", help="La carpeta del respaldo, nueva.")],
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="También las llaves de los datos personales.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Respalda el libro en una carpeta; nadie tiene que detenerse mientras tanto.

    Sin las llaves los datos personales del respaldo no abren: guárdelas en otro lugar.

    Ejemplo: [bold]tequio backup -o respaldos/lunes[/bold]
    """
    from tequio.web.ready import open_ledger

    open_ledger()
    from tequio.web.keys import kept_in_file, key_file
    from tequio.web.operating.backups import do_backup
    from tequio.web.records.status import place

    made = do_backup(out, with_keys=with_keys)
    if with_keys:
        complain("Ojo: el respaldo lleva las llaves; quien lo tenga lee los datos personales.")
    elif kept_in_file():
        complain(f"Las llaves no van en el respaldo; guarde aparte {key_file()}.")
    else:
        complain("Las llaves no van en el respaldo; guarde aparte las de TEQUIO_KEYS.")
    if as_json:
        print_json(made)
        return
    print(f"{sum(made.rows.values()):,} filas de {place()}, en {out}.")
    print(f"Anote en otro lugar el último evento: {made.head}")
    print(f"Ensaye la restauración en otra base: ./tequio restore {out}")


def restore_command(
    folder: Annotated[Path, typer.Argument(metavar="CARPETA", help="El respaldo.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Aunque el libro tenga algo: se pierde.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Restaura un respaldo y comprueba que el libro es el mismo; si algo falla, nada cambia.

    Ejemplo: [bold]tequio restore respaldos/lunes[/bold]
    """
    from tequio.web import start
    from tequio.web.ready import reachable

    start()
    from tequio.web.operating.restores import do_restore, plan

    with reachable():
        asked = plan(folder)
        if asked.occupied:
            confirm(asked.place, replace)
        with progress("Verificando eventos") as told:
            done = do_restore(asked, told)
    if done.keys_missing:
        named = ", ".join(done.keys_missing)
        complain(f"Faltan llaves: {named}. Sin ellas no abren los datos personales que sellaron.")
    if as_json:
        print_json(done)
        return
    print(f"{done.rows:,} filas del respaldo del {done.made_at}, en {done.place}.")
    if done.steps:
        print(f"Puesto al día: {', '.join(done.steps)}.")
    print(f"La balanza cuadra; {done.events:,} eventos en orden; el último, {done.head}")


def confirm(place: str, replace: bool) -> None:
    """Whoever replaces a ledger says which."""
    if not replace:
        refuse(f"{place} no está vacío. Para perder lo que tiene, agregue --replace.")
    said = typer.prompt(f"Se perderá lo que tiene {place}. Para seguir, escríbalo", err=True)
    if said != place:
        misuse("No es el mismo lugar; no se cambió nada.")


def doctor_command(as_json: AsJson = False) -> None:
    """Examina la instalación y dice qué hacer; 0 si todo está bien, 1 con avisos, 3 con fallas.

    Ejemplo: [bold]tequio doctor[/bold]
    """
    from tequio.web import start

    start()
    from tequio.web.operating.doctor import examine
    from tequio.web.operating.findings import Verdict

    found = []
    for finding in examine():
        found.append(finding)
        if not as_json:
            print(f"{finding.verdict:<5}  {finding.what}: {finding.found}")
            if finding.todo:
                print(f"       → {finding.todo}")
    if as_json:
        print_json(found)
    verdicts = {finding.verdict for finding in found}
    if Verdict.FAILURE in verdicts:
        raise typer.Exit(REFUSED)
    if Verdict.WARNING in verdicts:
        raise typer.Exit(WITH_REJECTS)


def serve_command(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="El puerto.")] = 8000,
    address: Annotated[
        str, typer.Option("--address", help="La dirección; otra que esta máquina la ve la red.")
    ] = "127.0.0.1",
    workers: Annotated[int, typer.Option("--workers", min=1, help="Cuántos procesos.")] = 1,
) -> None:
    """Atiende por HTTP: /salud dice si vive, /salud/listo si puede trabajar.

    Para que la red lo vea, ponga delante un servidor con HTTPS y los nombres en TEQUIO_HOSTS.

    Ejemplo: [bold]tequio serve --port 8080[/bold]
    """
    from tequio.web import start
    from tequio.web.serving import serve

    start()
    complain(f"Atiendo en http://{address}:{port}; Ctrl-C para terminar.")
    serve(address, port, workers)
