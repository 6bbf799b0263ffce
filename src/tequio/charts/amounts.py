"""Values as a chart says them in Mexico."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

Number = int | float
MOST = 10**30  # beyond, nothing of ours is measured
LONG = 10**18  # from here on a figure is said as a power
MILLION, BILLION = 10**6, 10**12  # a Spanish billón
EXACT = Context(prec=80, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Absent:
    """A short word in place of a value (not measured, not published). Never drawn as zero."""

    word: str

    def __post_init__(self) -> None:
        if not 0 < len(self.word) <= 16:
            raise ValueError(f"«{self.word}» no cabe en lugar de un valor: use de 1 a 16 letras.")


NO_DATA = Absent("sin dato")
Value = Number | Absent | None  # None is NO_DATA


def measured(value: Value) -> Number | None:
    """The number, or None where there is none. ValueError for what cannot be drawn."""
    if value is None or isinstance(value, Absent):
        return None
    if not math.isfinite(value) or abs(value) > MOST:
        raise ValueError(
            f"{value} no se puede dibujar: no es un número finito menor que 10^30. "
            "Si falta el dato, use None."
        )
    return value


@dataclass(frozen=True, slots=True)
class Numbers:
    """How numbers of one kind are written.

    `per`: how many of the value's unit make one of the written unit (100 centavos, one peso).
    `decimals`: places of a figure in full.
    """

    prefix: str = ""
    suffix: str = ""
    per: int = 1
    decimals: int = 0

    def full(self, value: Value) -> str:
        """Every digit: `$1,234,567.80`."""
        if value is None or isinstance(value, Absent):
            return (value or NO_DATA).word
        measured(value)
        return self.written(self.units(value), self.decimals)

    def short(self, value: Value) -> str:
        """What fits beside a mark: `$1.2 millones`."""
        if value is None or isinstance(value, Absent):
            return (value or NO_DATA).word
        measured(value)
        units = self.units(value)
        if abs(units) < MILLION:
            return self.written(units, self.few(units))
        if abs(units) >= LONG:
            return self.power(units)
        times, one, many = MILLION, "millón", "millones"
        if abs(units) >= BILLION:
            times, one, many = BILLION, "billón", "billones"
        digits = grouped(EXACT.divide(units, times), 1 if abs(units) < 100 * times else 0)
        word = one if digits.lstrip("-") == "1" else many
        return signed(digits, self.prefix, f"{self.suffix} {word}")

    def tick(self, value: Number, times: int, places: int) -> str:
        """A mark of an axis that counts by `times` (1, a million ...), without the currency."""
        return signed(grouped(EXACT.divide(self.units(value), times), places), "", self.suffix)

    def units(self, value: Number) -> Decimal:
        """The value in the written unit, exactly as it prints."""
        return EXACT.divide(Decimal(str(value)), self.per)

    def few(self, units: Decimal) -> int:
        """Places of a short figure: whole pesos, unless they are few; tenths of a percent."""
        if units == 0:
            return 0
        if self.suffix:
            return min(self.decimals, 1)
        return self.decimals if abs(units) < 10 and units % 1 else 0

    def written(self, units: Decimal, places: int) -> str:
        """The figure with its currency or its sign of percent."""
        digits = grouped(units, places, keep=True)
        return signed(digits, self.prefix, self.suffix)

    def power(self, units: Decimal) -> str:
        """`1.2 × 10^18`, for what no reader counts."""
        digits, power = f"{units:.1e}".split("e")
        return signed(f"{digits} × 10^{int(power)}", self.prefix, self.suffix)


COUNT = Numbers()
PESOS = Numbers(prefix="$", per=100, decimals=2)  # values in centavos
PERCENT = Numbers(suffix=" %", decimals=1)  # values in points: 14.8
PPM = Numbers(suffix=" %", per=10_000, decimals=1)  # values in parts per million: 148_000


def grouped(number: Decimal, places: int, *, keep: bool = False) -> str:
    """Digits with commas, half-up; idle zeros after the point only where they are kept."""
    rounded = number.quantize(Decimal(1).scaleb(-places), context=EXACT)
    digits = f"{rounded:,f}"
    if "." in digits and not keep:
        digits = digits.rstrip("0").rstrip(".")
    return digits[1:] if digits.startswith("-") and not digits.strip("-0.,") else digits


def signed(digits: str, prefix: str, suffix: str) -> str:
    """The currency goes after the sign."""
    sign = "-" if digits.startswith("-") else ""
    return f"{sign}{prefix}{digits.removeprefix('-')}{suffix}"
