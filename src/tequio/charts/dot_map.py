"""Places on a map: the greater the value, the larger and darker the dot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sqrt

from tequio.charts.amounts import COUNT, Numbers, Value, measured
from tequio.charts.bars import entry_table
from tequio.charts.canvas import Canvas, Point
from tequio.charts.chart import Caption, Chart, drawn
from tequio.charts.palette import ABSENT, SOFT, Paint
from tequio.charts.shades import Shading, shading

Ring = Sequence[tuple[float, float]]  # latitude, longitude
GROUND = Paint("ground", "#f6f8f7", "#9fb0aa")
LEAST = 3.0  # px, the radius of the smallest dot
TALLEST = 1.1  # times its width


@dataclass(frozen=True, slots=True)
class Place:
    """A named point, in degrees north and east, with its value."""

    name: str
    latitude: float
    longitude: float
    value: Value


def dot_map(
    caption: Caption,
    dimension: str,
    places: Sequence[Place],
    numbers: Numbers = COUNT,
    outline: Sequence[Ring] = (),
    named: int = 8,
) -> Chart:
    """A dot for each place over the outline (rings of latitude and longitude), if there is one.

    The `named` greatest places bear their names, unless there is no room for one.
    """
    for place in places:
        if not (-90 <= place.latitude <= 90 and -180 <= place.longitude <= 180):
            raise ValueError(f"«{place.name}» no está en la Tierra: revise latitud y longitud.")
    entries = [(place.name, place.value) for place in places]
    table = entry_table(caption, dimension, entries, numbers)

    def draw(canvas: Canvas) -> None:
        if places:
            draw_map(canvas, places, numbers, outline, named)
        else:
            canvas.nothing()

    return drawn(caption, table, draw)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that words or a dot take."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box) -> bool:
        """Whether they overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Dot:
    """A place as it is drawn."""

    name: str
    at: Point
    radius: float
    paint: Paint
    size: float  # of its value, for the order

    def box(self) -> Box:
        """The square around it."""
        (x, y), r = self.at, self.radius
        return Box(x - r, y - r, x + r, y + r)


def draw_map(
    canvas: Canvas,
    places: Sequence[Place],
    numbers: Numbers,
    outline: Sequence[Ring],
    named: int,
) -> None:
    """Ground, dots from the largest to the smallest, names, legend."""
    shades = shading(place.value for place in places)
    greatest = max((abs(measured(place.value) or 0) for place in places), default=0)
    largest = canvas.across * (0.055 if canvas.narrow else 0.04)
    project = Projection.over(places, outline, canvas, largest)
    for ring in outline:
        canvas.area([project.at(*corner) for corner in ring], GROUND)
    dots = [placed(place, project, shades, greatest, largest) for place in places]
    dots.sort(key=lambda dot: (-dot.size, dot.name))
    for dot in dots:
        draw_dot(canvas, dot.at, dot.radius, dot.paint)
    frame = Box(0, canvas.below, canvas.across, canvas.below + project.high)
    say_names(canvas, [dot for dot in dots if dot.size > 0][:named], dots, frame)
    canvas.below += project.high + 8
    say_sizes(canvas, places, shades, numbers, (greatest, largest))


@dataclass(frozen=True, slots=True)
class Projection:
    """Degrees to px: evenly spaced parallels, true at the middle one."""

    west: float
    north: float
    squeeze: float  # px east for a degree of longitude
    stretch: float  # px south for a degree of latitude
    corner: Point
    high: float

    @classmethod
    def over(
        cls, places: Sequence[Place], outline: Sequence[Ring], canvas: Canvas, edge: float
    ) -> Projection:
        """What shows every place and ring, with room for a dot at the edge."""
        points = [(place.latitude, place.longitude) for place in places]
        points += [corner for ring in outline for corner in ring]
        south, north = min(north for north, _ in points), max(north for north, _ in points)
        west, east = min(east for _, east in points), max(east for _, east in points)
        shrink = max(cos(radians((north + south) / 2)), 0.05)
        wide, high = max((east - west) * shrink, 0.02), max(north - south, 0.02)
        room = canvas.across - 2 * edge
        degree = min(room / wide, room * TALLEST / high)
        x = (canvas.across - (east - west) * shrink * degree) / 2
        return cls(
            west, north, degree * shrink, degree, (x, canvas.below + edge), high * degree + 2 * edge
        )

    def at(self, latitude: float, longitude: float) -> Point:
        """Where a point of the Earth is in the drawing."""
        x, y = self.corner
        return (
            x + (longitude - self.west) * self.squeeze,
            y + (self.north - latitude) * self.stretch,
        )


def placed(
    place: Place, project: Projection, shades: Shading, greatest: float, largest: float
) -> Dot:
    """The dot of a place: its area follows the value."""
    value = measured(place.value)
    size = abs(value) if value is not None else -1.0
    at = project.at(place.latitude, place.longitude)
    return Dot(place.name, at, radius(size, greatest, largest), shades.paint(place.value), size)


def radius(size: float, greatest: float, largest: float) -> float:
    """px, never too small to see."""
    return max(LEAST, largest * sqrt(max(size, 0) / greatest)) if greatest else LEAST


def draw_dot(canvas: Canvas, at: Point, size: float, paint: Paint) -> None:
    """A disc, or a cross where there is no value."""
    if paint is ABSENT:
        canvas.cross(at, SOFT)
    else:
        canvas.circle(at, size, paint)


def say_names(canvas: Canvas, named: Sequence[Dot], dots: Sequence[Dot], frame: Box) -> None:
    """Names beside their dots, where they touch neither a name nor a larger dot."""
    taken: list[Box] = []
    for dot in named:
        lines = canvas.wrapped(dot.name, canvas.across * 0.42)
        high = len(lines) * canvas.row
        greater = [other.box() for other in dots if other.size >= dot.size and other is not dot]
        for box in around(dot, canvas.widest(lines), high):
            inside = box.left >= 0 and box.right <= frame.right
            inside = inside and box.top >= frame.top and box.bottom <= frame.bottom
            if inside and not any(box.touches(other) for other in [*taken, *greater]):
                canvas.say(box.left, box.top, lines, halo=True)
                taken.append(box)
                break


def around(dot: Dot, wide: float, high: float) -> list[Box]:
    """Where a name may go: right, left, above, below."""
    (x, y), r = dot.at, dot.radius + 4
    corners = [
        (x + r, y - high / 2),
        (x - r - wide, y - high / 2),
        (x - wide / 2, y - r - high),
        (x - wide / 2, y + r),
    ]
    return [Box(left, top, left + wide, top + high) for left, top in corners]


def say_sizes(
    canvas: Canvas,
    places: Sequence[Place],
    shades: Shading,
    numbers: Numbers,
    sizes: tuple[float, float],
) -> None:
    """The legend: the dot of each class at its greatest value, and the other looks."""
    classes = shades.classes(numbers)
    dots = {paint.name: radius(most, *sizes) for paint, most, _ in classes}
    x, y, deep = 0.0, canvas.below, 0.0
    for paint, words in shades.legend([place.value for place in places], numbers):
        r = dots.get(paint.name, LEAST + 1)
        lines = canvas.wrapped(words, canvas.across - 2 * r - 8)
        wide = 2 * r + 8 + canvas.widest(lines)
        if x and x + wide > canvas.across:
            x, y, deep = 0.0, y + deep, 0.0
        high = max(len(lines) * canvas.row, 2 * r) + 4
        draw_dot(canvas, (x + r + 1, y + high / 2), r, paint)
        canvas.say(x + 2 * r + 7, y + (high - len(lines) * canvas.row) / 2, lines)
        deep = max(deep, high)
        x += wide + 16
    canvas.below = y + deep
