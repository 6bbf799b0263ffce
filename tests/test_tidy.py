"""House rules that no linter knows. Each carries a line that it must catch and one that it must let
pass."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted(p for room in ("src", "tests", "bench") for p in (ROOT / room).rglob("*.py"))
# Annuities guess in float64 and settle in whole numbers: the one file of the domain that may.
DOMAIN = [
    p for p in CODE if {"core", "programmes"} & set(p.parts) and p.name != "annuities.py"
]
LONGEST_FUNCTION, LONGEST_FILE, LONGEST_LINE = 50, 400, 100
BANNED = {"util", "utils", "helper", "helpers", "manager", "process", "handle", "data"}
CLOCKS = {"today", "now", "utcnow"}


@dataclass(frozen=True)
class Fault:
    """Where, and what is wrong."""

    line: int
    says: str


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def long_functions(tree: ast.AST) -> Iterator[Fault]:
    for node in functions(tree):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > LONGEST_FUNCTION:
            yield Fault(node.lineno, f"{node.name} has {length} lines")


def float_literals(tree: ast.AST) -> Iterator[Fault]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield Fault(node.lineno, f"float literal {node.value}")


def divisions(tree: ast.AST) -> Iterator[Fault]:
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            yield Fault(node.lineno, "a division without a rounding")


def vague_names(tree: ast.AST) -> Iterator[Fault]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name.lower() in BANNED:
            yield Fault(node.lineno, f"{node.name} says nothing")


def clocks(tree: ast.AST) -> Iterator[Fault]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CLOCKS
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in {"date", "datetime"}
        ):
            yield Fault(node.lineno, "reads the clock: take the day as an argument")


def missing_docstrings(tree: ast.AST) -> Iterator[Fault]:
    for node in ast.walk(tree):
        public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if public and not ast.get_docstring(node):
            yield Fault(node.lineno, f"{node.name} has no docstring")


def unfinished_sentences(tree: ast.AST) -> Iterator[Fault]:
    """What `require`, `ask` and `opens` say to people ends with a full stop."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in {"require", "ask", "opens"} and len(node.args) > 2:
                text = node.args[2]
                if isinstance(text, ast.Constant) and not str(text.value).endswith("."):
                    yield Fault(node.lineno, f"{text.value!r} does not end")


# The rule, where it holds, a line it must catch, a line it must let pass.
CORE_AND_ENGINE = [p for p in CODE if {"core", "engine"} & set(p.parts)]
PROGRAMMES = [p for p in CODE if "programmes" in p.parts]
OUTSIDE_CLI = [p for p in CODE if "src" in p.parts and "cli" not in p.parts]
RULES = {
    "long functions": (
        long_functions,
        CODE,
        "def f():\n" + "    x = 1\n" * 50,
        "def f():\n" + "    x = 1\n" * 49,
    ),
    "float literals": (float_literals, DOMAIN, "x = 0.5", "x = 5"),
    "divisions": (divisions, PROGRAMMES, "x = a / b", "x = a // b"),
    "vague names": (vague_names, CODE, "def process(): ...", "def post(): ..."),
    "clocks": (clocks, OUTSIDE_CLI, "x = date.today()", "x = day.today()"),
    "docstrings": (
        missing_docstrings,
        CORE_AND_ENGINE,
        "def f(): ...",
        "def f():\n    'Says.'\n",
    ),
    "sentences": (
        unfinished_sentences,
        PROGRAMMES,
        "require('a', b, 'No alcanza', rule='X')",
        "require('a', b, 'No alcanza.', rule='X')",
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_the_rule_catches_what_it_must_and_nothing_else(name):
    rule, _, bad, good = RULES[name]
    assert list(rule(ast.parse(bad)))
    assert not list(rule(ast.parse(good)))


@pytest.mark.parametrize("name", RULES)
def test_the_rule_holds(name):
    rule, where, _, _ = RULES[name]
    assert where
    faults = [
        f"{path.relative_to(ROOT)}:{fault.line}: {fault.says}"
        for path in where
        for fault in rule(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not faults, "\n".join(faults)


def test_files_and_lines_are_short():
    faults = []
    for path in CODE:
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > LONGEST_FILE:
            faults.append(f"{path.relative_to(ROOT)} has {len(lines)} lines")
        faults += [
            f"{path.relative_to(ROOT)}:{n} has {len(line)} columns"
            for n, line in enumerate(lines, 1)
            if len(re.sub(r"  # (type: ignore|noqa).*", "", line)) > LONGEST_LINE
        ]
    assert not faults, "\n".join(faults)


def test_no_file_has_a_vague_name():
    assert not [p for p in CODE if p.stem.lower() in BANNED]


def test_every_programme_has_its_law_and_its_cases():
    folder = ROOT / "src" / "tequio" / "programmes"
    shared = {"common", "compatibility", "sources"}
    laws = {p.stem for p in folder.glob("*.toml")} - shared
    texts = {p.stem for p in folder.glob("*.py")} - {"__init__"}
    cases = {p.stem for p in (ROOT / "tests" / "cases").glob("*.toml")}
    assert laws == texts
    assert texts <= cases


def committed() -> list[Path]:
    """Every file that git tracks and people can read."""
    import subprocess

    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_no_committed_file_names_a_registry_or_a_machine():
    """Pieces are joined here so that this file does not name them either."""
    hosts = [
        "pypi" + ".org",
        "python" + "hosted.org",
        "registry.npm" + "js.org",
        "deb." + "debian.org",
    ]
    paths = ["/wo" + "rk/", "/ro" + "ot/", "/tm" + "p/te"]
    faults = []
    for path in committed():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        faults += [f"{path.relative_to(ROOT)}: {w}" for w in (*hosts, *paths) if w in text]
    assert not faults, "\n".join(faults)


def test_requirements_are_locked_by_hash():
    for name in ("run", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        pins = re.findall(r"^(\S+)==", text, re.MULTILINE)
        blocks = re.split(r"^(?=\S+==)", text, flags=re.MULTILINE)[1:]
        assert pins
        assert all("--hash=sha256:" in block for block in blocks)
