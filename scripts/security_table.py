"""Run every test that the lists of security requirements name; write docs/security/checks.md from the run.

    make security

Ends with pytest's code; a test that failed or was skipped stands in the table.
"""

from __future__ import annotations

import ast
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
LISTS = ROOT / "docs/security"
PARALLEL = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadscope", "-o", "junit_family=xunit2")
RESULTS = ROOT / "build/security.xml"
HEAD = """\
# Security checks, as they were run

```console
$ make security
```

Every test that [the list of ASVS](asvs.md) and [the list for language models](llm-top-ten.md) rest on.
“Tried” counts requests made up or combinations gone through, where a test tells them.
"""


@dataclass
class Checked:
    """What became of the tests of one file."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    tried: int = 0


def main() -> None:
    """Run, write, and end as pytest did."""
    named = named_tests()
    RESULTS.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", *PARALLEL, f"--junitxml={RESULTS}"]
    ran = subprocess.run([*command, *sorted(named)], check=False, cwd=ROOT)
    checked = read_results(RESULTS, named)
    (LISTS / "checks.md").write_text(table(checked, named, dependencies()), encoding="utf-8")
    sys.exit(ran.returncode)


def named_tests() -> dict[str, int]:
    """Each file or folder of tests, and how many lines of the lists name it."""
    named: dict[str, int] = {}
    for name in ("asvs.md", "llm-top-ten.md"):
        for line in (LISTS / name).read_text(encoding="utf-8").splitlines():
            if line.startswith("|"):
                for found in re.findall(r"`(tests/[\w/.]+)`", line):
                    named[found] = named.get(found, 0) + 1
    return named


def read_results(file: Path, named: dict[str, int]) -> dict[str, Checked]:
    """pytest's report by named file or folder."""
    checked = {name: Checked() for name in named}
    for case in ElementTree.parse(file).iter("testcase"):
        where = case.get("classname", "").replace(".", "/")
        for name, held in checked.items():
            if where == name.removesuffix(".py") or where.startswith(f"{name}/"):
                count(case, held)
    return checked


def count(case: ElementTree.Element, held: Checked) -> None:
    """Add one test."""
    if case.find("failure") is not None or case.find("error") is not None:
        held.failed += 1
    elif case.find("skipped") is not None:
        held.skipped += 1
    else:
        held.passed += 1
    for each in case.iter("property"):
        held.tried += int(each.get("value", "0")) if each.get("name") == "tried" else 0


def dependencies() -> list[str]:
    """What the check of dependencies says of itself."""
    command = [sys.executable, str(ROOT / "scripts/check_dependencies.py")]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    told = (ran.stdout + ran.stderr).replace(f"{ROOT}/", "")
    return [line for line in told.splitlines() if line.strip()]


def table(checked: dict[str, Checked], named: dict[str, int], told: list[str]) -> str:
    """The whole document."""
    lines = [
        HEAD,
        f"Run on {datetime.now(UTC):%Y-%m-%d} with Python {platform.python_version()}.",
        "",
        "| what is checked | tests | passed | failed | skipped | tried | lines of the lists |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, held in sorted(checked.items()):
        tried = f"{held.tried:,}" if held.tried else ""
        cells = [promise(name), f"`{name}`", held.passed, held.failed, held.skipped, tried, named[name]]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    whole = [
        sum(getattr(each, part) for each in checked.values()) for part in ("passed", "failed", "skipped")
    ]
    lines.append(f"| all | | {' | '.join(map(str, whole))} | | |")
    return "\n".join([*lines, "", "## Dependencies", "", *(f"- {line}" for line in told), ""])


def promise(name: str) -> str:
    """The first line of a test file's docstring; a folder is named as it is."""
    path = ROOT / name
    if path.is_dir():
        return f"all of {path.name}"
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]


if __name__ == "__main__":
    main()
