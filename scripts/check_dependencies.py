"""What the installed dependencies are: a bill of materials, their licences, their known vulnerabilities.

    python scripts/check_dependencies.py [--sbom build/sbom.json] [--require-audit]

Ends with 1 for a licence that `scripts/licences.toml` does not allow or a known vulnerability. Where the
advisory service cannot be asked, it says so; `--require-audit` makes that an error too.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import Distribution, distributions
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).parents[1]
OURS = "govt-assistant"
LONGEST = 80
"""Characters of a licence's name; what is longer is the licence itself."""


def main() -> None:
    """Do all three, say what was found, and end with 1 where something must be dealt with."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--sbom", type=Path, default=ROOT / "build" / "sbom.json")
    reader.add_argument("--require-audit", action="store_true")
    given = reader.parse_args()
    write_sbom(given.sbom)
    wrong = [*wrong_licences(tomllib.loads((ROOT / "scripts/licences.toml").read_text(encoding="utf-8")))]
    wrong += audit(required=given.require_audit)
    for each in wrong:
        print(each, file=sys.stderr)
    sys.exit(bool(wrong))


def write_sbom(file: Path) -> None:
    """A CycloneDX bill of materials of this environment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    components = [
        Component(name=name, version=version, purl=PackageURL("pypi", None, name, version))
        for name, version in sorted({(each.metadata["Name"], each.version) for each in distributions()})
    ]
    JsonV1Dot6(Bom(components=components)).output_to_file(str(file), allow_overwrite=True, indent=2)
    print(f"bill of materials: {len(components)} components in {file}")


def wrong_licences(policy: dict[str, dict[str, object]]) -> list[str]:
    """Packages under a licence that is neither allowed nor excepted, each with what to do."""
    allowed, exceptions = list(policy["allowed"]["names"]), policy["exceptions"]
    wrong, read = [], 0
    for package in distributions():
        name = re.sub(r"[-_.]+", "-", package.metadata["Name"]).lower()
        if name == OURS or name in exceptions:
            continue
        read += 1
        licence = licence_of(package)
        if not is_allowed(licence, allowed):
            wrong.append(f"{name}: licence {licence!r} is not in scripts/licences.toml")
    print(f"licences: {read} packages read, {len(exceptions)} exceptions with a reason")
    return wrong


def licence_of(package: Distribution) -> str:
    """As its metadata name it: the expression, else the classifiers, else the free text's first line."""
    data = package.metadata
    if expression := data.get("License-Expression"):
        return str(expression)
    classifiers = [
        each.rpartition(" :: ")[2] for each in data.get_all("Classifier") or [] if each.startswith("License")
    ]
    named = [each for each in classifiers if each != "OSI Approved"]
    if named:
        return " AND ".join(named)
    return " ".join(str(data.get("License") or "").split())[:LONGEST]


def is_allowed(licence: str, allowed: list[object]) -> bool:
    """Whether each part that must be kept is allowed, and one of each choice."""
    parts = re.split(r"\s+and\s+|;", licence.lower().replace("(", "").replace(")", ""))
    choices = [re.split(r"\s+or\s+(?!later)", part) for part in parts]
    return all(any(str(name) in choice for choice in each for name in allowed) for each in choices)


def audit(*, required: bool) -> list[str]:
    """Known vulnerabilities by pip-audit; a package that the service does not know was not checked."""
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--format", "json"]
    ran = subprocess.run(
        [*command, "-r", str(ROOT / "requirements.lock")], check=False, capture_output=True, text=True
    )
    try:
        looked_at = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError):
        looked_at = []
    checked = [each for each in looked_at if "skip_reason" not in each]
    skipped = len(looked_at) - len(checked)
    found = [
        f"{each['name']} {each['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or '-'}"
        for each in checked
        for hole in each["vulns"]
    ]
    print(f"vulnerabilities: {len(found)} known in {len(checked)} packages that were checked")
    if looked_at and not skipped:
        return found
    print(
        f"vulnerabilities: NOT CHECKED: {skipped or 'all'} packages. The advisory service cannot be reached "
        "from here or does not know them. Run `make check-dependencies` where it can be."
    )
    return [*found, "the advisory service was not asked about everything"] if required else found


if __name__ == "__main__":
    main()
