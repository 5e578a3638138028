"""An installation with the real embedder and the starter content, made once by the real commands."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.programme import RecordSource, Register, load_catalogue, seed
from ingest import Failed, Origin, Page, create_tables, open_engine
from ingest.sources import FolderSource
from ingest.starter import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable

COMMAND = Path(sys.executable).parent / "govt-assistant"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def models(request) -> Path:
    """The exported model; kept between runs, since its export takes seconds and never changes."""
    return request.config.cache.mkdir("models")


@pytest.fixture(scope="session")
def command(models, tmp_path_factory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `govt-assistant` on an installation that holds the starter content."""
    folder = tmp_path_factory.mktemp("starter") / "data"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("GOVT_ASSISTANT_")
    }
    environment |= {"GOVT_ASSISTANT_DATA_DIR": str(folder), "GOVT_ASSISTANT_MODELS_DIR": str(models)}

    def run(*arguments: str, **options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *arguments],
            env=environment, capture_output=True, text=True, check=False, cwd=folder.parent, **options,
        )  # fmt: skip

    ingested = run("ingest", "starter", "--json")
    assert ingested.returncode == 0, ingested.stderr[-2000:]
    run.folder = folder  # type: ignore[attr-defined]
    run.report = json.loads(ingested.stdout)  # type: ignore[attr-defined]
    yield run
    shutil.rmtree(folder.parent)


async def _read() -> list[Page | Failed]:
    return [each async for each in FolderSource(FOLDER, origin=Origin.STARTER).fetch({})]


async def _records(path: Path) -> list[Page]:
    engine = open_engine(f"sqlite+aiosqlite:///{path}")
    await create_tables(engine)
    register = Register(engine, load_catalogue(), now=lambda: datetime.now(UTC))
    await seed(register)
    found = [each async for each in RecordSource(register, "http://127.0.0.1:8000").fetch({})]
    await engine.dispose()
    return [each for each in found if isinstance(each, Page)]


@pytest.fixture(scope="session")
def record_pages(tmp_path_factory) -> list[Page]:
    """The pages of the published records of the work programme."""
    return asyncio.run(_records(tmp_path_factory.mktemp("records") / "records.db"))


@pytest.fixture(scope="session")
def pages() -> list[Page]:
    """Every page of the starter content."""
    fetched = asyncio.run(_read())
    assert not [each for each in fetched if isinstance(each, Failed)]
    return [each for each in fetched if isinstance(each, Page)]
