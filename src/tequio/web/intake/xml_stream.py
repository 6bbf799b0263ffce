"""XML read as it comes, element by element, by the standard library's parser: nothing is kept that
nobody asked for, and nothing in a file can make it grow.

A bank statement needs no document type, no entities and no great depth: whatever has them is
refused, so that a small file cannot become a large one, nor ask for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

from tequio.engine.errors import Refused

DEPTH_MOST = 40
TEXT_MOST = 10_000  # characters of one element
BLOCK = 1 << 16
CUT = (
    expat.errors.XML_ERROR_NO_ELEMENTS,
    expat.errors.XML_ERROR_UNCLOSED_TOKEN,
    expat.errors.XML_ERROR_PARTIAL_CHAR,
)
MARKED = " "  # between the namespace and the name


class Stream:
    """An XML file on its way: `opened` and `closed` are told of each element, with its path from
    the root; `closed` with its text too."""

    def __init__(
        self,
        path: Path,
        opened: Callable[[str, dict[str, str]], None],
        closed: Callable[[str, str], None],
    ) -> None:
        self.path, self.opened, self.closed = path, opened, closed
        self.inside: list[str] = []  # paths
        self.text: list[str] = []
        self.size = 0
        self.parser = expat.ParserCreate(namespace_separator=MARKED)
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.no_doctype
        self.parser.EntityDeclHandler = self.no_doctype
        self.parser.ExternalEntityRefHandler = self.no_doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.more

    @property
    def line(self) -> int:
        """Where in the file it is."""
        return int(self.parser.CurrentLineNumber)

    def run(self) -> Iterator[int]:
        """Read it to its end; the bytes behind, block by block. Refused: it is no sound XML, or it
        could do harm."""
        done = 0
        try:
            with self.path.open("rb") as file:
                while block := file.read(BLOCK):
                    self.parser.Parse(block, False)
                    done += len(block)
                    yield done
            self.parser.Parse(b"", True)
        except expat.ExpatError as why:
            raise self.broken(why) from why
        yield done

    def broken(self, why: expat.ExpatError) -> Refused:
        """What is said of a file that does not parse."""
        if expat.errors.messages[why.code] in CUT:
            return self.refusal(
                f"termina antes de tiempo, en el renglón {why.lineno}: parece cortado",
                "Pida el archivo completo.",
            )
        return self.refusal(
            f"no es un XML bien escrito (renglón {why.lineno}, columna {why.offset + 1})",
            "Pida al banco que lo exporte de nuevo.",
        )

    def refusal(self, what: str, mend: str) -> Refused:
        """Nothing of it was taken: why, and how to mend it."""
        return Refused(f"{self.path.name} {what}. No se tomó nada. {mend}")

    def no_doctype(self, *_: object) -> int:
        """Refused: a document type, or an entity."""
        raise self.refusal(
            "declara un tipo de documento o entidades (DOCTYPE, ENTITY), que un estado de cuenta "
            "no necesita y que pueden agotar la memoria o leer otros archivos",
            "No lo abra en otro programa; pida al banco el archivo sin ellas.",
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if len(self.inside) >= DEPTH_MOST:
            raise self.refusal(
                f"tiene más de {DEPTH_MOST} elementos uno dentro de otro (renglón {self.line})",
                "No es un estado de cuenta; pida al banco que lo exporte de nuevo.",
            )
        bare = name.rpartition(MARKED)[2]
        self.inside.append(f"{self.inside[-1]}/{bare}" if self.inside else name)
        self.text, self.size = [], 0
        self.opened(self.inside[-1], attributes)

    def more(self, text: str) -> None:
        """Some of an element's text."""
        self.size += len(text)
        if self.size > TEXT_MOST:
            raise self.refusal(
                f"tiene un texto de más de {TEXT_MOST:,} letras (renglón {self.line})",
                "No es un estado de cuenta; pida al banco que lo exporte de nuevo.",
            )
        self.text.append(text)

    def end(self, _: str) -> None:
        """An element ends."""
        self.closed(self.inside.pop(), "".join(self.text).strip())
        self.text, self.size = [], 0
