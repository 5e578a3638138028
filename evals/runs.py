"""Runs and answers in the database: what was asked, on what, and what came of it.

An answer is kept under a key of everything that it depends on, apart from the runs that use it. So a
run that broke off goes on where it stopped, and a question whose answer cannot have changed costs nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from evals.configuration import Configuration
from evals.errors import UnknownRun
from evals.suite import Case
from evals.trial import Trial, canonical, dump_asked, dump_case, load_asked
from ingest import insert_missing, metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncEngine

    from evals.intervals import Figure

answers = Table(
    "eval_answers",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("asked", Text, nullable=False),
    Column("timings", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

runs = Table(
    "eval_runs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("suite", String(200), nullable=False, index=True),
    Column("configuration", JSON, nullable=False),
    Column("basis", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("started_by", String(200), nullable=False, default=""),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True), nullable=True),
    Column("asked", Integer, nullable=False, default=0),
    Column("figures", JSON, nullable=False, default=dict),
    Column("accepted", Integer, nullable=False, default=0),
    sqlite_autoincrement=True,
)

run_cases = Table(
    "eval_run_cases",
    metadata,
    Column("run_id", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("repeat", Integer, primary_key=True),
    Column("case", Text, nullable=False),
    Column("key", String(64), nullable=False, index=True),
)


class RunState(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Basis:
    """What the answers of a run rest on; equal bases and equal questions give equal answers."""

    index_version: int
    code: str
    """Digest of the code, words, prompts and policy."""
    configuration: str
    """Digest of the numbers, prompts and settings that decide an answer."""
    models: str
    """Names of the embedder and, where one is configured, the chat model."""

    def key(self, case: Case, repeat: int) -> str:
        """Of the answer to `case`: its expectations are no part of it."""
        parts = {"question": case.question, "history": case.history, "repeat": repeat, **asdict(self)}
        return hashlib.sha256(canonical(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Run:
    """One run, as lists show it."""

    id: int
    suite: str
    configuration: Mapping[str, Any]
    basis: Basis
    state: RunState
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    asked: int
    """Answers that were made for it; the others were known."""
    figures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    accepted: bool = False
    """Whether later runs are compared with this one by the gate."""

    @property
    def varied(self) -> Configuration:
        """The configuration that it ran under."""
        return Configuration(**self.configuration)

    @property
    def configuration_name(self) -> str:
        """As its file calls it."""
        return str(self.configuration.get("name", ""))


@dataclass(frozen=True, slots=True)
class Planned:
    """A case of a run at its place, under the key of its answer."""

    position: int
    repeat: int
    case: Case
    key: str


class Runs:
    """The tables of runs; every method is one transaction."""

    def __init__(self, engine: AsyncEngine, *, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    async def begin(
        self,
        suite: str,
        configuration: Configuration,
        basis: Basis,
        planned: Sequence[Planned],
        *,
        by: str = "",
    ) -> int:
        """A run of these cases, which must hold no personal information; nothing is asked yet."""
        row = {
            "suite": suite, "configuration": _as_json(configuration), "basis": asdict(basis), "asked": 0,
            "state": RunState.RUNNING, "started_by": by, "started_at": self._now(), "figures": {},
        }  # fmt: skip
        async with self._engine.begin() as connection:
            result = await connection.execute(insert(runs).values(**row))
            assert result.inserted_primary_key is not None
            number = int(result.inserted_primary_key[0])
            if planned:
                await connection.execute(insert(run_cases), [_case_row(number, each) for each in planned])
        return number

    async def run(self, number: int) -> Run:
        """Run `number`; raises `UnknownRun`."""
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(runs).where(runs.c.id == number))).first()
        if row is None:
            raise UnknownRun(f"there is no run {number}")
        return _run(row._mapping)

    async def list(self, suite: str | None = None, *, limit: int = 200) -> list[Run]:
        """The latest runs, of one suite or of all, newest first."""
        query = select(runs).order_by(runs.c.id.desc()).limit(limit)
        if suite is not None:
            query = query.where(runs.c.suite == suite)
        async with self._engine.connect() as connection:
            return [_run(row._mapping) for row in await connection.execute(query)]

    async def known(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys whose answer is kept."""
        wanted, found = sorted(set(keys)), set[str]()
        async with self._engine.connect() as connection:
            for at in range(0, len(wanted), 500):
                query = select(answers.c.key).where(answers.c.key.in_(wanted[at : at + 500]))
                found |= set(await connection.scalars(query))
        return found

    async def keep(self, number: int, made: Sequence[tuple[str, Trial]]) -> None:
        """Answers of run `number` under their keys; one that is there already stands."""
        now = self._now()
        rows = [
            {"key": key, "asked": dump_asked(each.asked), "timings": dict(each.timings), "created_at": now}
            for key, each in made
        ]
        async with self._engine.begin() as connection:
            if rows:
                await connection.execute(insert_missing(self._engine, answers), rows)
                await connection.execute(
                    update(runs).where(runs.c.id == number).values(asked=runs.c.asked + len(rows))
                )

    async def forget_answers(self, keys: Iterable[str]) -> None:
        """Drop kept answers, so that they are asked again."""
        wanted = sorted(set(keys))
        async with self._engine.begin() as connection:
            for at in range(0, len(wanted), 500):
                await connection.execute(delete(answers).where(answers.c.key.in_(wanted[at : at + 500])))

    async def trials(self, number: int) -> tuple[Trial, ...]:
        """What has been asked for run `number` so far, in the order of its suite; raises `UnknownRun`."""
        await self.run(number)
        query = (
            select(run_cases.c.case, run_cases.c.repeat, answers.c.asked, answers.c.timings)
            .join(answers, answers.c.key == run_cases.c.key)
            .where(run_cases.c.run_id == number)
            .order_by(run_cases.c.position, run_cases.c.repeat)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Trial(Case.model_validate_json(row.case), load_asked(row.asked), row.repeat, row.timings)
            for row in rows
        )

    async def planned(self, number: int) -> tuple[Planned, ...]:
        """The cases of run `number`, redacted, in their order."""
        query = (
            select(run_cases)
            .where(run_cases.c.run_id == number)
            .order_by(run_cases.c.position, run_cases.c.repeat)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Planned(row.position, row.repeat, Case.model_validate_json(row.case), row.key) for row in rows
        )

    async def finish(self, number: int, state: RunState, figures: Mapping[str, Figure]) -> None:
        """Settle run `number` with the figures that lists and trends show."""
        values = {name: asdict(value) for name, value in figures.items()}
        async with self._engine.begin() as connection:
            await connection.execute(
                update(runs)
                .where(runs.c.id == number)
                .values(state=state, finished_at=self._now(), figures=values)
            )

    async def accept(self, number: int) -> None:
        """Make run `number` the one that later runs of its suite are compared with."""
        run = await self.run(number)
        async with self._engine.begin() as connection:
            await connection.execute(update(runs).where(runs.c.suite == run.suite).values(accepted=0))
            await connection.execute(update(runs).where(runs.c.id == number).values(accepted=1))

    async def unfinished(self, suite: str, by: str, planned: Sequence[Planned]) -> int | None:
        """The latest run by that person that was asking just this when its process went away."""
        for run in await self.list(suite, limit=5):
            if run.state is RunState.RUNNING and run.started_by == by:
                before = await self.planned(run.id)
                if {each.key for each in before} == {each.key for each in planned}:
                    return run.id
        return None

    async def accepted(self, suite: str) -> int | None:
        """The run of `suite` that later ones are compared with."""
        query = select(runs.c.id).where(runs.c.suite == suite, runs.c.accepted == 1)
        async with self._engine.connect() as connection:
            number = await connection.scalar(query)
        return None if number is None else int(number)

    async def delete(self, number: int) -> None:
        """Drop run `number`; answers that no other run uses go with it. Raises `UnknownRun`."""
        await self.run(number)
        async with self._engine.begin() as connection:
            await connection.execute(delete(run_cases).where(run_cases.c.run_id == number))
            await connection.execute(delete(runs).where(runs.c.id == number))
            await connection.execute(delete(answers).where(answers.c.key.not_in(select(run_cases.c.key))))


def _as_json(configuration: Configuration) -> dict[str, Any]:
    return {
        "name": configuration.name,
        "note": configuration.note,
        "settings": dict(configuration.settings),
        "parts": {name: dict(values) for name, values in configuration.parts.items()},
        "prompts": dict(configuration.prompts),
    }


def _case_row(number: int, planned: Planned) -> dict[str, Any]:
    row = {"run_id": number, "position": planned.position, "repeat": planned.repeat, "key": planned.key}
    return row | {"case": dump_case(planned.case)}


def _run(row: RowMapping) -> Run:
    fields: dict[str, Any] = {str(name): value for name, value in row.items()}
    fields["configuration"] = json.loads(json.dumps(fields["configuration"]))
    return Run(
        **fields
        | {
            "state": RunState(row["state"]),
            "basis": Basis(**row["basis"]),
            "accepted": bool(row["accepted"]),
        }
    )
