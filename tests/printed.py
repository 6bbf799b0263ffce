"""What a PDF says, read by programs that are not ours."""

import shutil
import subprocess

from conftest import missing


def read_pdf(pdf: bytes) -> tuple[str, str]:
    """Its words as they lie on the page, and what the file says of itself."""
    return run_on("pdftotext", "-layout", "-", "-", given=pdf), run_on("pdfinfo", "-", given=pdf)


def run_on(*words: str, given: bytes) -> str:
    """What a program makes of a file."""
    if not shutil.which(words[0]):
        missing(f"{words[0]} (poppler-utils)")
    return subprocess.run(words, input=given, capture_output=True, check=True).stdout.decode(
        errors="replace"
    )
