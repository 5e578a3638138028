"""Run a Dockerfile's own steps without a Docker engine: python scripts/run_dockerfile.py CONTEXT ROOT

Each stage gets a folder under ROOT that stands for its file system; absolute paths of the image
(/opt, /src, /data) are mapped into it. COPY copies, RUN runs, ENV and ARG set the environment. Users,
ports and volumes are read but not enforced. Prints, as JSON, the last stage's environment, command and
health check, so that a caller can start them.

For a quick run, PARENT_SITE_PACKAGES names a folder whose packages the image's virtual environment may
use, so that the installation step finds its dependencies there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from dockerfile_parse import DockerfileParser

MAPPED = re.compile(r"(?<![\w.])/(?=(?:opt|src|data)\b)")
SKIPPED = {"USER", "VOLUME", "EXPOSE", "COMMENT", "LABEL"}


@dataclass
class Stage:
    """One stage: the folder that stands for its file system, and its settings so far."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        """Where `path` of the image lies on this machine."""
        whole = path if path.startswith("/") else f"{self.folder.rstrip('/')}/{path}"
        return self.root / whole.lstrip("/")

    def mapped(self, text: str) -> str:
        """`text` with the image's absolute paths mapped."""
        return MAPPED.sub(f"{self.root}/", text)


def main(context: Path, root: Path) -> None:
    """Run every step of the Dockerfile in `context`; stops at the first that fails."""
    stages: dict[str, Stage] = {}
    stage = Stage(root)
    for step in DockerfileParser(str(context / "Dockerfile")).structure:
        kind, value = step["instruction"], step["value"]
        if kind == "FROM":
            name = value.split(" AS ")[-1].strip()
            stage = stages[name] = Stage(root / name)
            stage.root.mkdir(parents=True, exist_ok=True)
        elif kind not in SKIPPED:
            take(kind, value, stage, stages, context)
    print(json.dumps({"environment": stage.environment, "command": stage.command, "health": stage.health}))


def take(kind: str, value: str, stage: Stage, stages: dict[str, Stage], context: Path) -> None:
    """One instruction."""
    if kind in {"ENV", "ARG"}:
        for name, given in re.findall(r'(\w+)=("[^"]*"|\S*)', value):
            stage.environment[name] = stage.mapped(given.strip('"'))
    elif kind == "WORKDIR":
        stage.folder = value
        stage.inside(value).mkdir(parents=True, exist_ok=True)
    elif kind == "COPY":
        copy(value, stage, stages, context)
    elif kind == "RUN":
        run(value, stage)
    elif kind == "CMD":
        stage.command = json.loads(value)
    elif kind == "HEALTHCHECK":
        stage.health = json.loads(value.split("CMD", 1)[1].strip())
    else:
        sys.exit(f"instruction {kind} is not known to this script")


def copy(value: str, stage: Stage, stages: dict[str, Stage], context: Path) -> None:
    """COPY from the context or from an earlier stage, whose mapped paths are then this stage's."""
    *sources, target = [part for part in value.split() if not part.startswith("--")]
    origin = re.match(r"--from=(\w+)", value)
    for source in sources:
        path = stages[origin[1]].inside(source) if origin else context / source
        into = stage.inside(target)
        if path.is_dir():
            shutil.copytree(path, into, dirs_exist_ok=True, symlinks=True)
            if origin:
                relocate(into, stages[origin[1]].root, stage.root)
        else:
            into.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, into / path.name)


def relocate(folder: Path, old: Path, new: Path) -> None:
    """Scripts of a virtual environment name its place; in the image both stages call it the same."""
    for script in folder.glob("bin/*"):
        if script.is_file() and not script.is_symlink():
            content = script.read_bytes()
            script.write_bytes(content.replace(str(old).encode(), str(new).encode()))


def run(value: str, stage: Stage) -> None:
    """RUN in a shell, its paths mapped; what needs a superuser's powers over users is left out."""
    kept = [part for part in value.split("&&") if not part.strip().startswith(("useradd", "chown"))]
    if not kept:
        return
    environment = {**os.environ, **{name: text for name, text in stage.environment.items() if text}}
    command = stage.mapped("&&".join(kept))
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command], cwd=stage.inside(""), env=environment, check=True
    )
    shared = os.environ.get("PARENT_SITE_PACKAGES")
    for packages in stage.root.glob("opt/venv/lib/python*/site-packages") if shared else ():
        (packages / "parent.pth").write_text(f"{shared}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
