"""Partnerships: commitments that are overdue or soon due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from assistant.programme.desk import Ask, Desk, scores
from assistant.programme.page import address


async def reminders(desk: Desk, ask: Ask) -> dict[str, Any]:
    """Open commitments due within `days` and all that are overdue, the most pressing first."""
    days = ask.number("days", scores()["reminders"]["days"])
    today = desk.register.today
    until = today + timedelta(days=days)
    due = []
    for record in await desk.register.all(ask.kind.name, by=ask.by, state="open,overdue"):
        by = date.fromisoformat(record.values["due"])
        if by <= until:
            due.append(
                {
                    "slug": record.slug,
                    "title": record.title,
                    "owner": record.values["owner"],
                    "agreement": record.values["agreement"],
                    "due": by.isoformat(),
                    "days_left": (by - today).days,
                    "overdue": by < today,
                    "url": address(desk.site, ask.kind.name, record.slug),
                }
            )
    return {"until": until.isoformat(), "due": sorted(due, key=lambda each: each["due"])}
