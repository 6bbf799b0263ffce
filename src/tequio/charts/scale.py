"""From values to px, and the round figures of an axis."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from tequio.charts.amounts import BILLION, MILLION, Number, Numbers


@dataclass(frozen=True, slots=True)
class Scale:
    """One direction of a chart; `start` may be right of, or below, `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: Number) -> float:
        """Where a value is, in px."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def scale(values: Iterable[Number | None], start: float, end: float) -> Scale:
    """A scale that holds the values and zero; without any, from zero to one."""
    known = [float(value) for value in values if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    if high - low < 1e-12:
        high = low + 1.0
    return Scale(low, high, start, end)


@dataclass(frozen=True, slots=True)
class Axis:
    """Round values, how each is written, and what they count (`Millones de pesos`)."""

    ticks: tuple[float, ...]
    words: tuple[str, ...]
    heading: str


def axis(values: Iterable[Number | None], numbers: Numbers, units: str, most: int) -> Axis:
    """An axis that encloses the values and zero, with two to `most` ticks."""
    reach = scale(values, 0, 1)
    least = numbers.per if not numbers.decimals else 0.0  # half a person is no tick
    step = max(round_step((reach.high - reach.low) / max(most - 2, 1)), least)
    first, last = math.floor(reach.low / step), math.ceil(reach.high / step)
    ticks = tuple(number * step for number in range(first, last + 1))
    largest = max(abs(tick) for tick in ticks) / numbers.per
    times, word = counted(largest)
    places = max(0, -math.floor(math.log10(step / numbers.per / times) + 1e-9))
    heading = f"{word} de {units}" if word and units else word or units
    words = tuple(numbers.tick(tick, times, places) for tick in ticks)
    return Axis(ticks, words, heading[:1].upper() + heading[1:])


def counted(largest: float) -> tuple[int, str]:
    """What an axis counts by, and its name."""
    if largest >= 10**18:
        return 10 ** (math.floor(math.log10(largest)) // 3 * 3), power_name(largest)
    if largest >= BILLION:
        return BILLION, "billones"
    return (MILLION, "millones") if largest >= MILLION else (1, "")


def power_name(largest: float) -> str:
    """`× 10^18`."""
    return f"× 10^{math.floor(math.log10(largest)) // 3 * 3}"


def round_step(least: float) -> float:
    """1, 2 or 5 times a power of ten, not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= least * (1 - 1e-9))
