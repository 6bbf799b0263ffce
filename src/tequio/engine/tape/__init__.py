"""Loan tapes: the files that a fund brings, read, checked and told apart, row by row."""

from tequio.engine.tape.importing import Imported, import_files
from tequio.engine.tape.templates import template

__all__ = ["Imported", "import_files", "template"]
