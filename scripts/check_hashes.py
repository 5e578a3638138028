"""Compare what pip installed with requirements.hashes.lock: check_hashes.py REPORT...

REPORT is what `pip install --report` wrote. Ends with 1 where a file is another than the locked one, or its
package is not locked. Run it with a Python from outside of the environment that it judges.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

LOCK = Path(__file__).parents[1] / "requirements.hashes.lock"
WHAT_TO_DO = """\
Nothing of it was imported. Either the package index gave other files than the ones that were looked at for
this release, or requirements.lock changed without `scripts/lock_hashes.py`. If you trust it nevertheless:
UNLOCKED_FILES=1 make run"""


def main(reports: list[Path]) -> None:
    """Name each file that does not fit, and what to do."""
    locked = read_lock(LOCK.read_text(encoding="utf-8"))
    installed = [each for path in reports for each in json.loads(path.read_text(encoding="utf-8"))["install"]]
    wrong = [told for each in installed if (told := difference(each, locked))]
    for told in wrong:
        print(told, file=sys.stderr)
    if wrong:
        sys.exit(WHAT_TO_DO)
    print(f"hashes: {len(installed)} installed packages are the locked files")


def read_lock(text: str) -> dict[str, set[str]]:
    """Hashes by package and version, such as "attrs==26.1.0"."""
    locked: dict[str, set[str]] = {}
    name = ""
    for line in text.splitlines():
        if hashed := re.search(r"--hash=sha256:(\w+)", line):
            locked[name].add(hashed[1])
        elif "==" in line and not line.startswith("#"):
            name = line.split()[0]
            locked[name] = set()
    return locked


def difference(installed: dict[str, Any], locked: dict[str, set[str]]) -> str | None:
    """What is wrong with one entry of a report; None for a locked file, and for this project's own folder."""
    source, data = installed["download_info"], installed["metadata"]
    if "dir_info" in source:
        return None
    name = re.sub(r"[-_.]+", "-", data["name"]).lower()
    version = data["version"].partition("+")[0]
    allowed = locked.get(f"{name}=={version}")
    if allowed is None:
        return f"{name} {data['version']}: not in {LOCK.name}"
    found = source.get("archive_info", {}).get("hashes", {}).get("sha256") or of_local_file(source["url"])
    return None if found in allowed else f"{name} {data['version']}: another file (sha256 {found})"


def of_local_file(address: str) -> str:
    """The hash of a file taken from a folder, which pip before 23.1 does not tell; "none" for others."""
    parts = urlsplit(address)
    if parts.scheme != "file":
        return "none"
    with Path(unquote(parts.path)).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main([Path(each) for each in sys.argv[1:]])
