"""The gate's policy as evaluators changed it: every revision is kept, with who made it and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Integer, String, Table, Text, insert, select
from sqlalchemy.exc import IntegrityError

from evals.errors import PolicyChanged, PolicyError
from evals.gate_policy import as_toml, load_policy, parse_policy
from ingest import metadata

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncEngine

    from evals.gate_policy import GatePolicy

policies = Table(
    "eval_policies",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_by", String(200), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of the policy; number 0 is the file's."""

    number: int
    policy: GatePolicy
    reason: str = ""
    changed_by: str = ""
    changed_at: datetime | None = None

    @property
    def text(self) -> str:
        """As TOML."""
        return as_toml(self.policy)


class Policies:
    """The policy's revisions: the file's until somebody changes it here. Every method is one transaction."""

    def __init__(self, engine: AsyncEngine, file: Path | None, *, now: Callable[[], datetime]) -> None:
        """`file`: the installation's own policy; None for the shipped one. Raises `PolicyError`."""
        self._engine, self._file, self._now = engine, file, now
        self.from_file()

    def from_file(self) -> Revision:
        """What the file says; raises `PolicyError`."""
        return Revision(0, load_policy(self._file))

    async def current(self) -> Revision:
        """What is demanded now."""
        found = await self.history(limit=1)
        return found[0] if found else self.from_file()

    async def policy(self) -> GatePolicy:
        """The demands alone."""
        return (await self.current()).policy

    async def history(self, *, limit: int = 50) -> list[Revision]:
        """The latest revisions, newest first, without the file's."""
        return await self._found(select(policies).order_by(policies.c.number.desc()).limit(limit))

    async def _found(self, query: Select[Any]) -> list[Revision]:
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return [
            Revision(
                row.number,
                parse_policy(row.text, f"revision {row.number}", kept=True),
                row.reason,
                row.changed_by,
                row.changed_at,
            )
            for row in rows
        ]

    async def revision(self, number: int) -> Revision:
        """Revision `number`; raises `PolicyError`."""
        if number == 0:
            return self.from_file()
        found = await self._found(select(policies).where(policies.c.number == number))
        if not found:
            raise PolicyError(f"the policy has no revision {number}", what_to_do="Choose one of the list.")
        return found[0]

    async def save(self, policy: GatePolicy, *, based_on: int, by: str, reason: str) -> Revision:
        """The next revision after `based_on`.

        Raises `PolicyError` without a reason or for limits that cannot be, `PolicyChanged` where somebody
        else changed it in the meantime.
        """
        reason = reason.strip()[:LONGEST_REASON]
        if not reason:
            raise PolicyError("a change of the policy needs a reason", what_to_do="Say in a sentence why.")
        checked = parse_policy(as_toml(policy), "policy")
        current = await self.current()
        row = {"number": based_on + 1, "text": as_toml(checked), "reason": reason, "changed_by": by}
        try:
            if current.number != based_on:
                raise PolicyChanged(f"the policy is at revision {current.number} by now, not {based_on}")
            async with self._engine.begin() as connection:
                await connection.execute(insert(policies).values(**row, changed_at=self._now()))
        except IntegrityError as error:
            raise PolicyChanged(f"somebody else saved revision {based_on + 1} just now") from error
        return await self.current()
