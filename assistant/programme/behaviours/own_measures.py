"""The assistant's measures of itself, from its own telemetry."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from assistant.programme.catalogue import FOLDER, read_toml
from assistant.programme.desk import Ask, Desk
from assistant.programme.records import OFFICE, Origin, Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping


async def report_own(desk: Desk, ask: Ask) -> dict[str, Any]:
    """One reading a measure of this service over its window; what has no data is named, not guessed."""
    told = read_toml(FOLDER / "own_measures.toml")
    since = desk.register.today - timedelta(days=told["window_days"])
    totals = await desk.usage.totals(since)
    price = (await desk.about_service()).get("price_per_1000_tokens", 0.0)
    readings, without = {}, []
    for measure in told["measures"]:
        value = reading(measure, totals, price)
        if value is None:
            without.append(measure["name"])
            continue
        readings[measure["name"]] = value
        await _record(desk, measure, value, ask)
    return {"since": since.isoformat(), "questions": totals.get("questions", 0), "readings": readings,
            "without_data": without}  # fmt: skip


def reading(measure: Mapping[str, Any], totals: Mapping[str, int], price: float) -> float | None:
    """`share`, `of` name counters; None where nothing was counted. Costs are tokens by price.

    A cost is not nothing because nobody has said the price: then there is no reading.
    """
    whole = sum(totals.get(name, 0) for name in measure["of"])
    if not whole:
        return None
    part = sum(totals.get(name, 0) for name in measure["share"])
    if measure.get("priced") and part and not price:
        return None
    factor = price / 1_000 if measure.get("priced") else measure.get("times", 1)
    return round(part / whole * float(factor), 4)


async def _record(desk: Desk, measure: Mapping[str, Any], value: float, ask: Ask) -> None:
    """The reading of today, in place of an earlier one of today."""
    today = desk.register.today.isoformat()
    there = await desk.register.seen("measures", measure["slug"])
    if there is None:
        about = {name: measure[name] for name in ("title", "definition", "unit", "better")}
        there = await desk.register.create(
            "measures", about | {"about_service": measure["name"]}, by=OFFICE, slug=measure["slug"],
            state="published", computed=True, origin=Origin(Provenance.GENERATED),
        )  # fmt: skip
    kept = [each for each in there.values.get("readings", []) if each["on"] != today]
    readings = [*kept, {"on": today, "value": value}][-200:]
    await desk.register.change(
        there, {"readings": readings}, by=OFFICE, version=there.version, computed=True,
        reason=f"telemetry, asked for by {ask.by.name}",
    )  # fmt: skip
