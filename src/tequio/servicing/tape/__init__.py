"""The institution's analytical tapes: several payments a month, made into credits as they stand."""

from tequio.servicing.tape.examples import write_examples
from tequio.servicing.tape.importing import Files, TapeImported, import_tape

__all__ = ["Files", "TapeImported", "import_tape", "write_examples"]
