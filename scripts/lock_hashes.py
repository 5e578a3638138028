"""Write requirements.hashes.lock: the SHA-256 of every file that a pinned version may be installed from.

    pip install uv && python scripts/lock_hashes.py

uv asks PyPI for the files of the versions in requirements.lock and of whatever they need on any platform.
Kept are those that fit a supported machine: CPython from 3.11 on, Linux or macOS. Run it after a change of
requirements.lock, and add to that file what the output names as missing there.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
LOCK, HASHES = ROOT / "requirements.lock", ROOT / "requirements.hashes.lock"
PYTHONS = ("py3", "cp311", "cp312", "cp313", "cp314")
OURS_ALONE = {"pip"}
"""What an environment brings by itself: it is not pinned."""
ELSEWHERE = {"torch": ["6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b"]}
"""Files that PyPI does not have: torch 2.13.0+cpu for CPython 3.11 on Linux, x86-64."""
HEAD = """\
# SHA-256 of each file that a pinned version may be installed from, on Linux and macOS.
# Written by scripts/lock_hashes.py; scripts/check_hashes.py compares what was installed with it.
"""


def main() -> None:
    """Ask, filter, write, and say what requirements.lock does not pin yet."""
    packages = [each for each in files_of_pins() if each["name"] not in OURS_ALONE and runs_here(each)]
    pinned = {line.partition("==")[0] for line in LOCK.read_text(encoding="utf-8").split()}
    text = HEAD
    for package in sorted(packages, key=lambda each: str(each["name"])):
        kept = sorted({*hashes_of(package), *ELSEWHERE.get(package["name"], [])})
        text += f"{package['name']}=={package['version']}"
        text += "".join(f" \\\n    --hash=sha256:{each}" for each in kept) + "\n"
        if package["name"] not in pinned:
            print(f"add to requirements.lock: {package['name']}=={package['version']}")
    HASHES.write_text(text, encoding="utf-8")


def files_of_pins() -> list[dict[str, Any]]:
    """The packages of a PEP 751 lock of all platforms."""
    with TemporaryDirectory() as folder:
        output = Path(folder) / "pylock.toml"
        command = [sys.executable, "-m", "uv", "pip", "compile", str(LOCK), "--universal", "--no-config"]
        subprocess.run(
            [*command, "--python-version", "3.11", "--format", "pylock.toml", "-q", "-o", str(output)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        packages: list[dict[str, Any]] = tomllib.loads(output.read_text(encoding="utf-8"))["packages"]
    return packages


def runs_here(package: dict[str, Any]) -> bool:
    """Whether a supported machine may need it."""
    return not any(
        f"sys_platform == '{each}'" in package.get("marker", "") for each in ("win32", "emscripten")
    )


def hashes_of(package: dict[str, Any]) -> list[str]:
    """Of the wheels that fit; of the source where there is no wheel at all."""
    wheels = package.get("wheels", [])
    kept = [each for each in wheels if fits(str(each["url"]).rsplit("/", 1)[-1])]
    return [each["hashes"]["sha256"] for each in kept or [package["sdist"]]]


def fits(wheel: str) -> bool:
    """Whether a wheel's tags name a supported Python and system."""
    python, binary, system = wheel.removesuffix(".whl").split("-")[-3:]
    right_python = binary == "abi3" or any(each.startswith(PYTHONS) for each in python.split("."))
    right_python = right_python or (binary == "none" and python.startswith("py"))
    return right_python and not binary.endswith("t") and ("any" in system or is_supported(system))


def is_supported(system: str) -> bool:
    """Linux on x86-64 or ARM, or macOS."""
    return "macosx" in system or ("linux" in system and ("x86_64" in system or "aarch64" in system))


if __name__ == "__main__":
    main()
