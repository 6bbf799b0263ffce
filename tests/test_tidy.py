"""House rules that no linter knows: each has lines that it must catch and lines that may pass."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted(p for room in ("src", "tests", "bench") for p in (ROOT / room).rglob("*.py"))
LONGEST_FUNCTION, LONGEST_FILE, LONGEST_LINE = 50, 400, 100
# A month is read in one piece.
IN_ONE_PIECE = {"advance": 75}
BANNED = {"util", "utils", "helper", "helpers", "manager", "process", "handle", "data"}
CLOCKS = {"today", "now", "utcnow", "fromtimestamp"}
SAYS = {"require": 2, "ask": 2, "opens": 2}  # which argument is the sentence
# Joined from pieces, so that this file does not name what it forbids.
HOSTS = ("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "deb" + ".debian.org")
PLACES = ("/wo" + "rk/", "/ro" + "ot/", "/tm" + "p/", "/ho" + "me/")

Found = Iterator[tuple[int, str]]  # the line, and what is wrong with it
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
NAMED = (*FUNCTION, ast.ClassDef)


def within(*rooms: str) -> list[Path]:
    return [p for p in CODE if set(rooms) & set(p.relative_to(ROOT).parts)]


def nodes(text: str, *kinds: type) -> Iterator[ast.AST]:
    return (n for n in ast.walk(ast.parse(text)) if isinstance(n, kinds))


def long_functions(text: str) -> Found:
    for node in nodes(text, *FUNCTION):
        length = node.end_lineno - node.lineno + 1
        if length > IN_ONE_PIECE.get(node.name, LONGEST_FUNCTION):
            yield node.lineno, f"{node.name} has {length} lines"


def long_files(text: str) -> Found:
    length = len(text.splitlines())
    if length > LONGEST_FILE:
        yield length, f"the file has {length} lines"


def long_lines(text: str) -> Found:
    for number, line in enumerate(text.splitlines(), 1):
        written = re.sub(r"  # (type: ignore|noqa).*", "", line)
        if len(written) > LONGEST_LINE:
            yield number, f"{len(written)} columns"


def float_literals(text: str) -> Found:
    for node in nodes(text, ast.Constant):
        if isinstance(node.value, float):
            yield node.lineno, f"float literal {node.value}"


def divisions(text: str) -> Found:
    for node in nodes(text, ast.BinOp, ast.AugAssign):
        if isinstance(node.op, ast.Div):
            yield node.lineno, "a division that does not say how it rounds"


def vague_names(text: str) -> Found:
    for node in nodes(text, *NAMED):
        if node.name.lower() in BANNED:
            yield node.lineno, f"{node.name} says nothing"


def clocks(text: str) -> Found:
    for node in nodes(text, ast.Attribute):
        if node.attr in CLOCKS and ast.unparse(node.value).split(".")[-1] in {"date", "datetime"}:
            yield node.lineno, "reads the clock: take the day as an argument"


def missing_docstrings(text: str) -> Found:
    for node in nodes(text, *NAMED):
        if not node.name.startswith("_") and not ast.get_docstring(node):
            yield node.lineno, f"{node.name} has no docstring"


def unfinished_sentences(text: str) -> Found:
    """What a requirement says to people is one plain string that ends with a full stop."""
    for node in nodes(text, ast.Call):
        place = SAYS.get(ast.unparse(node.func))
        if place is None:
            continue
        said = node.args[place] if len(node.args) > place else node
        if not (isinstance(said, ast.Constant) and str(said.value).endswith(".")):
            yield node.lineno, f"{ast.unparse(said)} does not end with a full stop"


def imported(text: str) -> Iterator[tuple[int, str]]:
    for node in nodes(text, ast.Import, ast.ImportFrom):
        names = [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        yield from ((node.lineno, name or ".") for name in names)


def strangers_in_core(text: str) -> Found:
    """The core stands on numpy and the standard library."""
    for line, name in imported(text):
        package = name.partition(".")[0]
        if package not in sys.stdlib_module_names | {"numpy", "tequio"}:
            yield line, f"the core imports {name}"


def strangers_in_programmes(text: str) -> Found:
    """A programme knows tequio.core; records are the one thing it takes from Python."""
    for line, name in imported(text):
        if name not in {"tequio.core", "dataclasses"}:
            yield line, f"a programme imports {name}"


def forbidden_places(text: str) -> Found:
    for number, line in enumerate(text.splitlines(), 1):
        yield from ((number, f"names {host}") for host in HOSTS if host in line)
        for place in PLACES:
            if re.search(rf"(?<![\w.-]){place}", line):
                yield number, f"names {place}"


@cache
def committed() -> list[Path]:
    """Every text that git keeps."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [p for p in files if p.is_file() and b"\0" not in p.read_bytes()]


@dataclass(frozen=True)
class Rule:
    """A rule, where it holds, lines that it must catch and lines that it must let pass."""

    finds: Callable[[str], Found]
    where: Callable[[], list[Path]]
    bad: tuple[str, ...]
    good: tuple[str, ...]


# Annuities guess in float64 and settle in whole numbers: the one file of the domain that may.
def domain() -> list[Path]:
    return [p for p in within("core", "programmes") if p.name != "annuities.py"]


def outside_cli() -> list[Path]:
    return [p for p in CODE if "cli" not in p.relative_to(ROOT).parts]


def programme_files() -> list[Path]:
    return [p for p in within("programmes") if p.name != "__init__.py"]


def code() -> list[Path]:
    return CODE


SENTENCE = "yield require('a', b, {}, rule='X')"
RULES = (
    Rule(
        long_functions,
        code,
        ("def f():\n" + "    x = 1\n" * 50, "async def f():\n" + "    x = 1\n" * 50),
        ("def f():\n" + "    x = 1\n" * 49,),
    ),
    Rule(long_files, code, ("x = 1\n" * 401,), ("x = 1\n" * 400,)),
    Rule(
        long_lines,
        code,
        ("x" * 101, "á" * 101 + "  # noqa: E501"),
        ("x" * 100, "á" * 100 + "  # noqa: E501"),
    ),
    Rule(float_literals, domain, ("x = 0.5", "x = 1e6", "f(-1.0)"), ("x = 5", "x = '0.5'")),
    Rule(divisions, programme_files, ("x = a / b", "a /= b"), ("x = a // b", "x = 'a / b'")),
    Rule(
        vague_names,
        code,
        ("def process(): ...", "class Data: ...", "async def handle(): ..."),
        ("def post(): ...", "class Datum: ...", "def process_of_law(): ..."),
    ),
    Rule(
        clocks,
        outside_cli,
        ("x = date.today()", "x = datetime.now(UTC)", "f = datetime.datetime.now"),
        ("x = day.today()", "x = date.fromisoformat(now)"),
    ),
    Rule(
        missing_docstrings,
        lambda: within("core", "engine", "servicing"),
        ("def f(): ...", "class A: ...", "class A:\n    'Is.'\n    def f(self): ..."),
        ("def f():\n    'Says.'", "def _f(): ...", "class A:\n    'Is.'"),
    ),
    Rule(
        unfinished_sentences,
        programme_files,
        tuple(map(SENTENCE.format, ("'No alcanza'", "f'Debe {x}.'", "'¿Cuánto?'"))),
        tuple(map(SENTENCE.format, ("'No alcanza.'", "'Debe ' '{x}.'"))),
    ),
    Rule(
        strangers_in_core,
        lambda: within("core"),
        ("import polars", "from stdnum import luhn", "from .law import Law"),
        ("import numpy as np", "from numpy.typing import NDArray", "import re"),
    ),
    Rule(
        strangers_in_programmes,
        programme_files,
        ("import numpy", "from tequio.core.columns import Money", "from tequio.engine import cat"),
        ("from tequio.core import Money", "from dataclasses import dataclass"),
    ),
    Rule(
        forbidden_places,
        committed,
        (f"https://{HOSTS[0]}/x", f"at files.{HOSTS[1]}", f'open("{PLACES[0]}x")', f"{PLACES[2]}x"),
        ("https://www.inegi.org.mx", f"out{PLACES[2]}x"),
    ),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.finds.__name__)
def test_the_rule_catches_what_it_must_and_nothing_else(rule):
    assert rule.bad
    assert rule.good
    assert [text for text in rule.bad if not list(rule.finds(text))] == []
    assert [text for text in rule.good if list(rule.finds(text))] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.finds.__name__)
def test_the_rule_holds(rule):
    assert rule.where()
    faults = [
        f"{path.relative_to(ROOT)}:{line}: {says}"
        for path in rule.where()
        for line, says in rule.finds(path.read_text(encoding="utf-8"))
    ]
    assert not faults, "\n".join(faults)


def test_no_file_or_folder_has_a_vague_name():
    names = [part for p in committed() for part in p.relative_to(ROOT).parts]
    assert not [name for name in names if name.split(".")[0].lower() in BANNED]


def test_every_programme_has_its_law_and_its_cases():
    folder = ROOT / "src" / "tequio" / "programmes"
    of_all = {
        "best_offer",
        "common",
        "compatibility",
        "events",
        "sources",
    }  # laws that belong to no one programme
    laws = {p.stem for p in folder.glob("*.toml")} - of_all
    texts = {p.stem for p in folder.glob("*.py")} - {"__init__"}
    cases = {p.stem for p in (ROOT / "tests" / "cases").glob("*.toml")}
    assert laws == texts
    assert texts <= cases


def pinned(name: str) -> dict[str, str]:
    """Each package of a list with its version and hashes."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    lines = [[x.strip() for x in b.splitlines() if not x.strip().startswith("#")] for b in blocks]
    return {found[0].partition("==")[0]: " ".join(found) for found in lines}


@pytest.mark.parametrize("name", ["run", "dev", "uv"])
def test_every_requirement_is_pinned_by_hash(name):
    assert pinned(name)
    assert [package for package, block in pinned(name).items() if "sha256:" not in block] == []


def test_the_lists_are_those_of_the_project_file():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {"run": project["project"]["dependencies"], **project["dependency-groups"]}
    for name, wanted in groups.items():
        assert {re.split(r"[<>=[]", package)[0] for package in wanted} <= pinned(name).keys()


def test_the_list_of_developers_holds_that_of_users():
    """So the launcher need not go back and forth between `test` and `demo`."""
    assert pinned("run").items() <= pinned("dev").items()
