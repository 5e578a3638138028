"""An environment for each peer, under build/: what it installs never reaches the product's own."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "peers.toml"


@dataclass(frozen=True, slots=True)
class Peer:
    """What a team would otherwise pick."""

    name: str
    title: str
    environment: str
    installs: tuple[str, ...]


def peers() -> tuple[Peer, ...]:
    """All peers, in the order of their file."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Peer(name, each["title"], each.get("environment", name), tuple(each["installs"]))
        for name, each in data.items()
        if isinstance(each, dict)
    )


def prepare(peer: Peer, folder: Path) -> Path:
    """The peer's Python, its environment made where it is missing; raises `CalledProcessError`.

    A `.pth` file lets it see torch, sentence-transformers and Chroma of the environment that runs this,
    so that these are the same for all and not installed again.
    """
    place = folder / peer.environment
    python = place / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        library = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
        (place / library / "shared.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    mark = place / "installed.txt"
    wanted = "\n".join(peer.installs)
    if peer.installs and (not mark.exists() or mark.read_text() != wanted):
        subprocess.run([python, "-m", "pip", "install", "--quiet", *peer.installs], check=True)
        mark.write_text(wanted)
    return python
