"""This service itself: what it runs, how accurate it was measured to be, and what it does with questions."""

from __future__ import annotations

from typing import Any

from assistant.programme.catalogue import FOLDER, read_toml
from assistant.programme.desk import Ask, Desk
from assistant.programme.queries import Query


async def status(desk: Desk, ask: Ask) -> dict[str, Any]:
    """Version, index and readiness now, and the latest release with its published accuracy."""
    latest = await desk.register.find("releases", Query(order="-released_on", limit=1), by=ask.by)
    release = latest.records[0] if latest.records else None
    return dict(await desk.about_service()) | {
        "latest_release": release and release.values.get("version"),
        "released_on": release and release.values.get("released_on"),
        "accuracy": release.values.get("accuracy", []) if release else [],
    }


async def transparency(desk: Desk, ask: Ask) -> dict[str, Any]:
    """The statement that algorithm transparency asks for, with what is true of this installation."""
    told = read_toml(FOLDER / "transparency.toml")
    now = await status(desk, ask)
    sections = [
        {
            "heading": each["heading"],
            "text": each["model" if now.get("model") and "model" in each else "text"],
        }
        for each in told["sections"]
    ]
    return {"title": told["title"], "date": told["date"], "sections": sections, "status": now}
