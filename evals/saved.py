"""Configurations that evaluators saved: the latest text of each by its name, and who wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Column, DateTime, String, Table, Text, delete, select

from evals.configuration import Configuration, load_configuration, parse_configuration
from evals.errors import ConfigurationError
from ingest import metadata, upsert

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncEngine

configurations = Table(
    "eval_configurations",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("text", Text, nullable=False),
    Column("changed_by", String(200), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class Saved:
    """A configuration as somebody saved it."""

    name: str
    text: str
    changed_by: str
    changed_at: datetime


class SavedConfigurations:
    """The saved configurations; every method is one transaction."""

    def __init__(self, engine: AsyncEngine, *, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    async def all(self) -> list[Saved]:
        """By name."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(configurations).order_by(configurations.c.name))
            return [Saved(**row._mapping) for row in rows]

    async def get(self, name: str | None) -> Configuration:
        """The saved one of that name, else a shipped one; raises `ConfigurationError`."""
        for saved in await self.all():
            if saved.name == name:
                return parse_configuration(saved.name, saved.text)
        if name and not _NAME.fullmatch(name):
            raise ConfigurationError(f"{name!r} is no name of a configuration")
        return load_configuration(name)

    async def save(self, name: str, text: str, by: str) -> Configuration:
        """Keep `text` under `name`; raises `ConfigurationError` for a name or a text that cannot be used."""
        if not _NAME.fullmatch(name) or name == "served":
            raise ConfigurationError(
                f"{name!r} cannot be the name of a configuration",
                what_to_do="Use small letters, digits and hyphens, such as strict-2; served is taken.",
            )
        found = parse_configuration(name, text)
        if "openai_base_url" in found.settings:
            raise ConfigurationError(
                f"{name}: an address of a model cannot be saved here, for a key would be sent there",
                what_to_do="Put it in a file on the server and use: eval run SUITE --config FILE.",
            )
        row = {"name": name, "text": text, "changed_by": by, "changed_at": self._now()}
        async with self._engine.begin() as connection:
            await connection.execute(upsert(self._engine, configurations).values(**row))
        return found

    async def delete(self, name: str) -> None:
        """Forget it; runs under it keep what it said."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(configurations).where(configurations.c.name == name))
