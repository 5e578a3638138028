"""What is installed is the very files that were locked, or the installation says which is not."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.hashes.lock"
SCRIPT = ROOT / "scripts/check_hashes.py"


def pins(path):
    """Packages and versions that a file pins."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.split()[0] for line in lines if "==" in line and not line.startswith("#")}


def entry(name, version, sha256=None, folder=False):
    """One package of pip's report of an installation."""
    told = {"dir_info": {}} if folder else {"archive_info": {"hashes": {"sha256": sha256} if sha256 else {}}}
    told["url"] = "https://index.example/file"
    return {"metadata": {"name": name, "version": version}, "download_info": told}


def checked(tmp_path, *entries):
    """The script, run as the installation runs it."""
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"install": list(entries)}), encoding="utf-8")
    return subprocess.run([sys.executable, "-S", SCRIPT, report], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def locked():
    """A hash of `attrs` and of `torch` each, and their versions."""
    found, at = {}, ""
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if "==" in line:
            at = line.split()[0]
        elif "sha256:" in line:
            found.setdefault(at.partition("==")[0], (at.partition("==")[2], line.split(":")[1].split()[0]))
    return found


def test_every_pin_has_its_files_and_no_other_version_has(locked):
    """Nobody can change a version in one file only; each has at least one file of 64 hex digits."""
    assert pins(ROOT / "requirements.lock") == pins(LOCK) == {f"{n}=={v}" for n, (v, _) in locked.items()}
    assert all(len(each) == 64 and int(each, 16) for _, each in locked.values())


def test_locked_files_and_this_project_pass(locked, tmp_path):
    """Also under the name that a package spells differently, and with a local label of its version."""
    attrs, torch, yaml = locked["attrs"], locked["torch"], locked["typing-extensions"]
    done = checked(
        tmp_path,
        entry("attrs", *attrs),
        entry("torch", f"{torch[0]}+cpu", torch[1]),
        entry("Typing_Extensions", *yaml),
        entry("govt-assistant", "0.1.0", folder=True),
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "version", "sha256", "told"),
    [
        ("attrs", None, "0" * 64, "another file"),
        ("attrs", "1.0", None, "not in requirements.hashes.lock"),
        ("attrs-helper", "1.0", "0" * 64, "not in requirements.hashes.lock"),
        ("attrs", None, None, "another file"),
    ],
)
def test_another_file_or_package_ends_the_installation(locked, tmp_path, name, version, sha256, told):
    """Exchanged content, a version or package that nobody locked, and a file without a hash are named."""
    done = checked(tmp_path, entry(name, version or locked["attrs"][0], sha256))
    assert done.returncode == 1
    assert name in done.stderr and told in done.stderr and "UNLOCKED_FILES" in done.stderr


def test_a_file_of_a_folder_is_hashed_where_pip_does_not_tell(locked, tmp_path):
    """Older versions of pip name the file only; its content counts, not its name."""
    file = tmp_path / "torch-2.13.0+cpu.whl"
    file.write_bytes(b"something else")
    given = entry("torch", f"{locked['torch'][0]}+cpu")
    given["download_info"]["url"] = file.as_uri()
    done = checked(tmp_path, given)
    assert done.returncode == 1 and hashlib.sha256(b"something else").hexdigest() in done.stderr
