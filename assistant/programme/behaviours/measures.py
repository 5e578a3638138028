"""Measures: how far readings have come from the baseline to the target, and a plot of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from assistant.programme.desk import Ask, Desk, Document

if TYPE_CHECKING:
    from assistant.programme.records import Record

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 280, 64, 24, 40


async def progress(_desk: Desk, ask: Ask) -> dict[str, Any]:
    """Baseline, target, readings by date, latest, change, and the share of the way to the target."""
    measure = ask.of
    readings = ordered(measure)
    latest = readings[-1]["value"] if readings else None
    baseline, target = measure.values.get("baseline"), measure.values.get("target")
    return {
        "unit": measure.values["unit"],
        "better": measure.values["better"],
        "baseline": baseline,
        "target": target,
        "target_by": measure.values.get("target_by"),
        "readings": readings,
        "latest": latest,
        "change": None if latest is None or baseline is None else latest - baseline,
        "share_of_way": share_of_way(baseline, target, latest),
        "reached": reached(measure, latest),
    }


def ordered(measure: Record) -> list[dict[str, Any]]:
    """The readings in the order of their dates."""
    return sorted(measure.values.get("readings", []), key=lambda reading: reading["on"])


def share_of_way(baseline: float | None, target: float | None, latest: float | None) -> float | None:
    """How much of the way from baseline to target is done, 1 for all of it; None where it is not known."""
    if baseline is None or target is None or latest is None or baseline == target:
        return None
    return round((latest - baseline) / (target - baseline), 3)


def reached(measure: Record, latest: float | None) -> bool | None:
    """Whether the target is met."""
    target = measure.values.get("target")
    if target is None or latest is None:
        return None
    return bool(latest >= target) if measure.values["better"] == "higher" else bool(latest <= target)


async def plot(_desk: Desk, ask: Ask) -> Document:
    """The readings as an SVG line with baseline and target, readable without colour."""
    return Document("image/svg+xml", draw(ask.of).encode(), f"{ask.of.slug}.svg")


def draw(measure: Record) -> str:
    """An SVG image of the measure; its description says every value in words."""
    readings = ordered(measure)
    lines = {name: measure.values[name] for name in ("baseline", "target") if name in measure.values}
    values = [reading["value"] for reading in readings] + list(lines.values())
    low, high = (min([0, *values]), max([1e-9, *values])) if values else (0, 1)
    told = "; ".join(f"{reading['on']}: {reading['value']:g}" for reading in readings) or "no readings yet"
    shapes = [_level(name, value, _y(value, low, high)) for name, value in lines.items()]
    points = [(_x(at, len(readings)), _y(r["value"], low, high), r) for at, r in enumerate(readings)]
    if len(points) > 1:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
        shapes.append(f'<polyline points="{path}" fill="none" stroke="#0b4f6c" stroke-width="3"/>')
    shapes += [_point(x, y, reading) for x, y, reading in points]
    title = escape(f"{measure.title} ({measure.values['unit']})")
    axis = f'x1="{LEFT}" y1="{HEIGHT - BOTTOM}" x2="{WIDTH - 16}" y2="{HEIGHT - BOTTOM}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="13">'
        f"<title>{title}</title><desc>{escape(told)}</desc>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
        f'<line {axis} stroke="#6a7987"/>' + "".join(shapes) + "</svg>"
    )


def _x(at: int, count: int) -> float:
    span = WIDTH - LEFT - 72
    return LEFT + 40 + (span * at / (count - 1) if count > 1 else span / 2)


def _y(value: float, low: float, high: float) -> float:
    return HEIGHT - BOTTOM - (value - low) / ((high - low) or 1) * (HEIGHT - BOTTOM - TOP)


def _level(name: str, value: float, y: float) -> str:
    across = f'x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - 16}" y2="{y:.1f}"'
    return (
        f'<line {across} stroke="#4a5866" stroke-dasharray="6 5"/>'
        f'<text x="4" y="{y + 4:.1f}" fill="#17212b">{name} {value:g}</text>'
    )


def _point(x: float, y: float, reading: dict[str, Any]) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#0b4f6c"/>'
        f'<text x="{x:.1f}" y="{y - 10:.1f}" text-anchor="middle" fill="#17212b">{reading["value"]:g}</text>'
        f'<text x="{x:.1f}" y="{HEIGHT - 16}" text-anchor="middle" fill="#4a5866">{reading["on"]}</text>'
    )
