"""Reading policy and data files, with errors that name the file, the key and what to do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from guardrails.errors import PolicyError

POLICY_FOLDER = Path(__file__).parent / "policy"
DATA_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Section:
    """One table of one file, whose getters say what is wrong and where."""

    file: Path
    path: str
    values: Mapping[str, Any]

    def fail(self, key: str, remedy: str) -> PolicyError:
        """An error about `key` of this section; the caller raises it."""
        return PolicyError(self.file, f"{self.path}.{key}".strip("."), remedy)

    def text(self, key: str, default: str | None = None) -> str:
        """A string; required unless a default is given."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.fail(key, "must be a text that is not empty")
        return value

    def optional_text(self, key: str) -> str | None:
        """A string, or None where the key is absent."""
        return self.text(key) if key in self.values else None

    def number(self, key: str, default: float | None = None) -> float:
        """A number; required unless a default is given."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fail(key, "must be a number")
        return float(value)

    def flag(self, key: str, default: bool | None = None) -> bool:
        """True or false; required unless a default is given."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.fail(key, "must be true or false")
        return value

    def day(self, key: str) -> date:
        """A date without a time."""
        value = self.values.get(key)
        if not isinstance(value, date) or hasattr(value, "hour"):
            raise self.fail(key, "must be a date such as 2026-11-23, without quotes")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; absent means none."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(key, "must be a list of texts")
        return tuple(value)

    def patterns(self, key: str) -> tuple[re.Pattern[str], ...]:
        """A list of regular expressions, compiled; absent means none."""
        return tuple(self._compile(key, source) for source in self.texts(key))

    def pattern(self, key: str) -> re.Pattern[str]:
        """One regular expression, compiled."""
        return self._compile(key, self.text(key))

    def optional_pattern(self, key: str) -> re.Pattern[str] | None:
        """One regular expression, or None where the key is absent."""
        return self.pattern(key) if key in self.values else None

    def section(self, key: str) -> Section:
        """A table within this one."""
        value = self.values.get(key)
        if not isinstance(value, dict):
            raise self.fail(key, "must be a table")
        return Section(self.file, f"{self.path}.{key}".strip("."), value)

    def sections(self, key: str) -> tuple[Section, ...]:
        """A list of tables (`[[key]]`); absent means none."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fail(key, f"must be a list of tables, each headed [[{key}]]")
        return tuple(Section(self.file, f"{key}[{n}]", item) for n, item in enumerate(value))

    def named(self, key: str) -> dict[str, Section]:
        """Tables by name (`[key.name]`)."""
        inner = self.section(key)
        return {name: inner.section(name) for name in inner.values}

    def _compile(self, key: str, source: str) -> re.Pattern[str]:
        try:
            return re.compile(source)
        except re.error as error:
            raise self.fail(key, f"is not a regular expression ({error}): {source}") from error


def read(file: Path) -> Section:
    """Read one TOML file and check that `[meta]` says who owns it, its version and its date."""
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PolicyError(file, "", "is missing: restore it from the repository") from error
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(file, "", f"cannot be read ({error})") from error
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(file, "", f"is not TOML ({error})") from error
    root = Section(file, "", values)
    meta = root.section("meta")
    meta.text("owner"), meta.text("version"), meta.day("date")
    return root


def read_list(file: Path) -> frozenset[str]:
    """Read a word list: one entry a line, `#` begins a comment."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(file, "", f"cannot be read ({error})") from error
    entries = (line.partition("#")[0].strip() for line in lines)
    return frozenset(entry for entry in entries if entry)
