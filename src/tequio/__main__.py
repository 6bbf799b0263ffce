"""`python -m tequio`: what the launcher runs."""

from tequio.cli import main

main()
