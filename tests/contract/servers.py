"""Real engines for the contract tests: PostgreSQL, Redis and a Chroma server, each on a port of its own."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 120.0
"""Seconds that a server may take to come up."""


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, folder: Path, **options: str) -> Iterator[None]:
    """The command as a process that works in `folder` and answers on `port`, until the block ends."""
    said = folder / f"{port}.log"
    environment = {**os.environ, **options}
    with (
        said.open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment) as process,
    ):
        try:
            _wait(process, port, said)
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended: {said.read_text()[-500:]}")
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not answer on port {port}")


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server over a new cluster; gives its address, without a database."""
    with TemporaryDirectory(prefix="postgresql-") as folder:  # pytest closes its own folders to other users
        yield from _postgresql(Path(folder))


def _postgresql(folder: Path) -> Iterator[str]:
    command, port, programs = _cluster(folder)
    with running(command, port, folder):
        _ready(programs, port)
        yield f"postgresql://assistant@127.0.0.1:{port}"


def _cluster(folder: Path) -> tuple[list[str], int, Path]:
    """A new cluster in `folder`: what starts its server, the server's port, and where its programs are."""
    programs = _postgresql_programs()
    port, cluster = free_port(), folder / "cluster"
    as_user = _other_user(folder)
    setup = [str(programs / "initdb"), "-D", str(cluster), "-U", "assistant", "--auth=trust", "-E", "UTF8"]
    subprocess.run([*as_user, *setup, "--locale=C.UTF-8"], check=True, capture_output=True, cwd=folder)
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder), "fsync": "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [*as_user, str(programs / "postgres"), "-D", str(cluster), "-p", str(port), *options]
    return command, port, programs


class Restartable:
    """A PostgreSQL server that a test stops and starts."""

    def __init__(self, command: list[str], port: int, programs: Path, folder: Path) -> None:
        self.url = f"postgresql://assistant@127.0.0.1:{port}/postgres"
        self._command, self._port, self._programs, self._folder = command, port, programs, folder
        self._running: AbstractContextManager[None] | None = None

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        self._running = running(self._command, self._port, self._folder)
        self._running.__enter__()
        _ready(self._programs, self._port)

    def stop(self) -> None:
        """Stop it at once, as a restart does: connections are cut."""
        if self._running is not None:
            stopping = [
                str(self._programs / "pg_ctl"),
                "-D",
                str(self._folder / "cluster"),
                "stop",
                "-m",
                "fast",
            ]
            subprocess.run([*_other_user(self._folder), *stopping], check=False, capture_output=True)
            held, self._running = self._running, None
            held.__exit__(None, None, None)


@contextmanager
def database(server: str) -> Iterator[str]:
    """The address of an empty database on `server`, as an operator writes it; gone afterwards."""
    name = f"t_{secrets.token_hex(6)}"
    administrator = create_engine(
        f"{server.replace('postgresql:', 'postgresql+psycopg:')}/postgres", isolation_level="AUTOCOMMIT"
    )
    with administrator.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield f"{server}/{name}"
    finally:
        with administrator.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        administrator.dispose()


@contextmanager
def restartable_postgresql() -> Iterator[Restartable]:
    """A server of its own, started."""
    with TemporaryDirectory(prefix="postgresql-") as folder:
        server = Restartable(*_cluster(Path(folder)), Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _ready(programs: Path, port: int) -> None:
    """It listens before it takes connections."""
    until = time.monotonic() + PATIENCE
    asking = [str(programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-q"]
    while subprocess.run(asking, check=False).returncode != 0:
        if time.monotonic() > until:
            raise RuntimeError("PostgreSQL takes no connections")
        time.sleep(0.05)


def _postgresql_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) if os.name == "posix" else []
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.skip("PostgreSQL's server is not installed (Debian: postgresql)")
    return found[-1].parent if found else Path(str(on_path)).parent


def _other_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: the words that run it as its own user, whose `folder` then is."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres", "postgres")
    return ["runuser", "-u", "postgres", "--"]


@contextmanager
def redis(folder: Path, port: int | None = None) -> Iterator[str]:
    """A Redis server that keeps nothing; gives its address."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("Redis is not installed (Debian: redis-server)")
    port = port or free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with running([*command, "--dir", str(folder)], port, folder):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def chroma(folder: Path, port: int | None = None) -> Iterator[str]:
    """A Chroma server over `folder`; gives its address."""
    port = port or free_port()
    program = Path(sys.executable).with_name("chroma")
    command = [str(program), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with running(command, port, folder, RUST_LOG="warn"):
        yield f"http://127.0.0.1:{port}"
