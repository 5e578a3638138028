"""What editors' jobs work with, built once at the composition root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.editing.affected import Affected
from web.editing.editing import Editing
from web.editing.report import Reports

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncEngine

    from assistant import Assistant
    from web.access import Access
    from web.editing.gate import Gate
    from web.jobs import Jobs
    from web.settings import Settings


def build_editing(
    settings: Settings,
    engine: AsyncEngine,
    assistant: Assistant,
    jobs: Jobs,
    access: Access,
    gate: Gate,
    now: Callable[[], datetime],
) -> Editing:
    """What editors' jobs work with; this process can do them from now on."""
    editing = Editing(
        settings=settings,
        index=assistant.index,
        assistant=assistant,
        jobs=jobs,
        audit=access.audit,
        reports=Reports(engine),
        gate=gate,
        now=now,
        affected=Affected(assistant),
    )
    editing.register()
    return editing
