"""Colours, and the patterns, dashes and points that tell series apart without them."""

from __future__ import annotations

from dataclasses import dataclass

INK = "#1d2b28"  # words
SOFT = "#4a5a56"  # second words: 7 to 1 on white
GRID = "#d3ddd9"
PAPER = "#ffffff"
GREEN = "#0f5a4a"
GOLD = "#d9a441"
BROWN = "#6b4a0c"  # the edge of gold, which alone is too pale on white
MAROON = "#7a1f3d"  # warnings, and amounts below zero


@dataclass(frozen=True, slots=True)
class Paint:
    """A ground, its edge (3 to 1 on white at least), words upon it and lines over it."""

    name: str
    fill: str
    edge: str
    words: str = INK
    pattern: str = ""  # SVG over the ground, in a tile of 8 px; none where words must be read
    dash: str = ""  # of the edge


RISING = '<path d="M-2 2L2 -2M0 8L8 0M6 10L10 6"/>'
FALLING = '<path d="M-2 6L2 10M0 0L8 8M6 -2L10 2"/>'
PARTS = (  # neighbours differ in shade and in pattern
    Paint("green", GREEN, GREEN, PAPER),
    Paint("gold", GOLD, BROWN),
    Paint("mint", "#cfe7de", GREEN, INK, RISING),
    Paint("leaf", "#4f9584", GREEN, INK, '<path d="M4 0v8"/>'),
    Paint("sand", "#f6e8c8", BROWN, INK, '<path d="M1 2h2M5 6h2"/>'),
    Paint("slate", "#a9b3b0", SOFT, INK, '<path d="M4 0v8M0 4h8"/>'),
    Paint("paper", PAPER, GREEN, INK, '<path d="M0 4h8"/>'),
    Paint("straw", "#edcf94", BROWN, INK, FALLING),
)
SHADES = (  # from least to most
    Paint("shade1", "#e6f3ee", GREEN),
    Paint("shade2", "#bddfd3", GREEN),
    Paint("shade3", "#84bfad", GREEN),
    Paint("shade4", "#2a7562", GREEN, PAPER),
    Paint("shade5", "#0b4538", "#0b4538", PAPER),
)
ZERO = Paint("zero", PAPER, SOFT)
BELOW = Paint("below", "#f3dfe5", MAROON, MAROON, FALLING)
ABSENT = Paint("absent", PAPER, SOFT, SOFT, dash="3 2")


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line of a chart: its colour, its dashes, the shape of its points."""

    colour: str
    dash: str
    point: str


STROKES = (
    Stroke(GREEN, "", "circle"),
    Stroke("#8a5d06", "8 4", "square"),
    Stroke("#2f7f6c", "2 4", "triangle"),
    Stroke(SOFT, "12 3 2 3", "diamond"),
    Stroke("#3f6f9a", "5 2", "circle"),
    Stroke("#6f6f6f", "1 3 6 3", "square"),
)
WARNING = Stroke(MAROON, "10 3 3 3 3 3", "cross")
