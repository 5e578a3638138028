"""Lessons from other governments, linked to the patterns that they change."""

from __future__ import annotations

from typing import Any

from assistant.programme.desk import Ask, Desk
from assistant.programme.page import address

CHANGES = "changes"


async def apply_to(desk: Desk, ask: Ask) -> dict[str, Any]:
    """Link the lesson to a pattern; a second time changes nothing."""
    pattern = await desk.register.read("patterns", ask.said("pattern"), by=ask.by)
    await desk.register.link(ask.of, CHANGES, pattern, by=ask.by)
    return await applied(desk, ask)


async def applied(desk: Desk, ask: Ask) -> dict[str, Any]:
    """The patterns that the lesson changes, each with the other lessons about it."""
    patterns = []
    for link in await desk.register.links(ask.of):
        pattern = await desk.register.seen(link.to_kind, link.to_slug)
        visible = pattern is not None and (ask.by.internal or desk.register.is_public(pattern))
        if link.relation != CHANGES or link.slug != ask.of.slug or pattern is None or not visible:
            continue
        near = await desk.register.links(pattern)
        others = [each.slug for each in near if each.relation == CHANGES and each.slug != ask.of.slug]
        named = {"slug": pattern.slug, "title": pattern.title, "other_lessons": others}
        patterns.append(named | {"url": address(desk.site, pattern.kind, pattern.slug)})
    return {"patterns": patterns}
