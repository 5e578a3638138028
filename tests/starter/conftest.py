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
from filelock import FileLock

from assistant.programme import RecordSource, Register, load_catalogue, seed
from ingest import Failed, Origin, Page, create_tables, open_engine
from ingest.sources import FolderSource
from ingest.starter import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable

COMMAND = Path(sys.executable).parent / "govt-assistant"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def models(request, tmp_path_factory) -> Path:
    """The exported model; kept between runs, since its export takes seconds and never changes."""
    folder = request.config.cache.mkdir("models")
    with FileLock(_common(tmp_path_factory) / "models.lock"):
        export = "import pathlib, sys, ingest; ingest.open_embedder(pathlib.Path(sys.argv[1]))"
        subprocess.run([sys.executable, "-W", "ignore", "-c", export, folder], check=True, cwd=ROOT)
    return folder


@pytest.fixture(scope="session")
def command(request, models, tmp_path_factory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `govt-assistant` on an installation that holds the starter content."""
    folder = tmp_path_factory.mktemp("starter") / "data"
    run = _command(folder, models)
    common = _common(tmp_path_factory)
    with FileLock(common / "starter.lock"):  # embedding it takes a minute: workers share one
        if not (common / "starter.json").exists():
            _ingest(common, models, request.config.cache.mkdir("starter") / "vectors")
    shutil.copytree(common / "starter", folder)
    run.folder = folder  # type: ignore[attr-defined]
    run.report = json.loads((common / "starter.json").read_text())  # type: ignore[attr-defined]
    yield run
    shutil.rmtree(folder.parent)


def _ingest(common: Path, models: Path, vectors: Path) -> None:
    """The starter content; `vectors` keeps what was embedded, for a text's vector never changes."""
    if vectors.exists():
        shutil.copytree(vectors, common / "starter" / "vectors")
    ingested = _command(common / "starter", models)("ingest", "starter", "--json")
    assert ingested.returncode == 0, ingested.stderr[-2000:]
    shutil.rmtree(vectors, ignore_errors=True)
    shutil.copytree(common / "starter" / "vectors", vectors)
    (common / "starter.json").write_text(ingested.stdout)


def _common(factory: pytest.TempPathFactory) -> Path:
    """A folder of this run that all its workers see."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def _command(folder: Path, models: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("GOVT_ASSISTANT_")
    }
    environment |= {"GOVT_ASSISTANT_DATA_DIR": str(folder), "GOVT_ASSISTANT_MODELS_DIR": str(models)}
    environment["GOVT_ASSISTANT_CHECK_SUITES"] = "starter"  # a change is held to few questions, not to all

    def run(*arguments: str, **options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *arguments],
            env=environment, capture_output=True, text=True, check=False, cwd=folder.parent, **options,
        )  # fmt: skip

    return run


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
