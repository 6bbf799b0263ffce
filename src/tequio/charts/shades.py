"""Values in five classes of like size, from pale to dark."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tequio.charts.amounts import Number, Numbers, Value, measured
from tequio.charts.palette import ABSENT, BELOW, SHADES, ZERO, Paint


@dataclass(frozen=True, slots=True)
class Shading:
    """The classes of values above zero: each with its least and its greatest value."""

    above: tuple[Number, ...]  # sorted

    def paint(self, value: Value) -> Paint:
        """The look of a value; equal values look equal."""
        number = measured(value)
        if number is None:
            return ABSENT
        if number <= 0:
            return BELOW if number else ZERO
        return SHADES[self.rank(number)]

    def rank(self, number: Number) -> int:
        """The class, 0 to 4, of a value among `above`."""
        if self.above[0] == self.above[-1]:
            return 2
        return bisect_left(self.above, number) * len(SHADES) // len(self.above)

    def classes(self, numbers: Numbers) -> list[tuple[Paint, Number, str]]:
        """Paint, greatest value and words of each class that has a value: `1,200 a 3,400`."""
        found = []
        for paint in SHADES:
            within = [number for number in self.above if self.paint(number) is paint]
            if within:
                first, last = numbers.short(within[0]), numbers.short(within[-1])
                words = first if first == last else f"{first} a {last}"
                found.append((paint, within[-1], words))
        return found

    def legend(self, values: Sequence[Value], numbers: Numbers) -> list[tuple[Paint, str]]:
        """What the looks of these values mean."""
        items = [(paint, words) for paint, _, words in self.classes(numbers)]
        known = [measured(value) for value in values]
        if 0 in known:
            items.insert(0, (ZERO, numbers.short(0)))
        if any(number is not None and number < 0 for number in known):
            items.insert(0, (BELOW, "menos de cero"))
        absent = {numbers.short(value) for value in values if measured(value) is None}
        items += [(ABSENT, word) for word in sorted(absent)]
        return items


def shading(values: Iterable[Value]) -> Shading:
    """The classes of these values."""
    numbers = map(measured, values)
    return Shading(tuple(sorted(number for number in numbers if number is not None and number > 0)))
