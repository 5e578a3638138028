"""Plots as SVG that a page can hold: no script, no style attribute, readable by a screen reader, printable.

Each has a title and a description; the numbers themselves stand in a table beside it, which is the page's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 44, 44
ROW = 24
"""Height of one bar of intervals."""


@dataclass(frozen=True, slots=True)
class Line:
    """Points from left to right, with a name in the legend; `x` and `y` in the plot's own units."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis measures and from where to where."""

    label: str
    low: float
    high: float

    def at(self, value: float) -> float:
        """From 0 to 1 along the axis; what lies outside stands at its end."""
        span = self.high - self.low
        return min(1.0, max(0.0, (value - self.low) / span)) if span else 0.5


@dataclass
class Drawing:
    """SVG elements in the order in which they are drawn."""

    title: str
    description: str
    height: int = HEIGHT
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, content: str, anchor: str = "start") -> None:
        """Words at a place; `anchor` is start, middle or end."""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(content)}</text>')

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """A straight line of that class."""
        self.parts.append(f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>')

    def svg(self) -> str:
        """The whole picture."""
        body = "\n".join(self.parts)
        return (
            f'<svg class="plot" role="img" viewBox="0 0 {WIDTH} {self.height}" '
            f'aria-label="{escape(self.title, {chr(34): "&quot;"})}">'
            f"<title>{escape(self.title)}</title><desc>{escape(self.description)}</desc>\n{body}\n</svg>"
        )


def intervals(title: str, rows: Sequence[tuple[str, float, float, float]]) -> str:
    """A dot and its interval for each row of name, mean, low, high, all from 0 to 1."""
    label = 230
    top, bottom = 8, 28
    height = top + ROW * len(rows) + bottom
    drawing = Drawing(title, f"{len(rows)} rows; mean and 95 % interval of each.", height)
    axis = Axis("", 0, 1)

    def x(value: float) -> float:
        return label + axis.at(value) * (WIDTH - label - RIGHT)

    for tick in (0, 0.25, 0.5, 0.75, 1):
        drawing.line(x(tick), top, x(tick), height - bottom, "grid")
        drawing.text(x(tick), height - bottom + 18, f"{tick:g}", "middle")
    for at, (name, mean, low, high) in enumerate(rows):
        y = top + ROW * (at + 0.5)
        drawing.text(label - 8, y + 4, _short(name), "end")
        drawing.line(x(low), y, x(high), y, "interval")
        drawing.parts.append(f'<circle class="mean" cx="{x(mean):.1f}" cy="{y:.1f}" r="4"/>')
    return drawing.svg()


def lines(title: str, description: str, across: Axis, up: Axis, drawn: Sequence[Line]) -> str:
    """Curves over two axes, each with its own dash and mark: colour is not needed to tell them apart."""
    drawing = Drawing(title, description)
    _frame(drawing, across, up)
    for at, line in enumerate(drawn):
        places = [(_x(across, x), _y(up, y)) for x, y in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        drawing.parts.append(f'<polyline class="curve c{at % 4}" points="{path}"/>')
        if len(places) <= 40:
            drawing.parts += [_mark(at, x, y) for x, y in places]
        drawing.parts.append(_mark(at, LEFT + 4 + 190 * at, 26))
        drawing.text(LEFT + 14 + 190 * at, 30, line.name)
    return drawing.svg()


def histogram(title: str, label: str, values: Sequence[float], bins: int = 24) -> str:
    """How often values fall into equal bins."""
    if not values:
        return Drawing(title, "No values.").svg()
    low, high = 0.0, max(values) or 1.0
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int(value / high * bins))] += 1
    across, up = Axis(label, low, high), Axis("answers", 0, max(counts))
    drawing = Drawing(title, f"{len(values)} values from {min(values):.0f} to {max(values):.0f}.")
    _frame(drawing, across, up)
    wide = (WIDTH - LEFT - RIGHT) / bins
    for at, count in enumerate(counts):
        top = _y(up, count)
        drawing.parts.append(
            f'<rect class="bar" x="{LEFT + at * wide + 1:.1f}" y="{top:.1f}" width="{wide - 2:.1f}" '
            f'height="{HEIGHT - BOTTOM - top:.1f}"/>'
        )
    return drawing.svg()


def _frame(drawing: Drawing, across: Axis, up: Axis) -> None:
    for tick in range(5):
        share = tick / 4
        y = _y(up, up.low + share * (up.high - up.low))
        drawing.line(LEFT, y, WIDTH - RIGHT, y, "grid")
        drawing.text(LEFT - 6, y + 4, _number(up.low + share * (up.high - up.low)), "end")
        value = across.low + share * (across.high - across.low)
        drawing.text(_x(across, value), HEIGHT - BOTTOM + 18, _number(value), "middle")
    drawing.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, across.label, "middle")
    drawing.text(LEFT, 12, up.label)


def _x(axis: Axis, value: float) -> float:
    return LEFT + axis.at(value) * (WIDTH - LEFT - RIGHT)


def _y(axis: Axis, value: float) -> float:
    return HEIGHT - BOTTOM - axis.at(value) * (HEIGHT - TOP - BOTTOM)


def _mark(at: int, x: float, y: float) -> str:
    if at % 2:
        return f'<rect class="mark c{at % 4}" x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"/>'
    return f'<circle class="mark c{at % 4}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.2f}"


def _short(name: str, most: int = 31) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
