"""What is varied between runs: small TOML files laid over the settings and over the assistant's parts.

name = "strict"
note = "fewer answers, surer ones"

[settings]              # as in .env.example, without the prefix
model = "some-model"

[threshold]             # fields of a part of `assistant.Assistant`
cut = 0.4
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.errors import ConfigurationError
from evals.trial import canonical

if TYPE_CHECKING:
    from assistant import Assistant

CONFIGURATIONS = Path(str(files("evals"))) / "configurations"
"""The shipped ones."""

_ROOMS = ("guardrails", "ingest", "assistant")
_NO_CODE = {"starter", "__pycache__"}


@dataclass(frozen=True, slots=True)
class Configuration:
    """A named change against what is served; without changes it is what is served."""

    name: str = "served"
    note: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Of what it changes; the name and the note change no answer."""
        changes = {"settings": dict(self.settings), "parts": {k: dict(v) for k, v in self.parts.items()}}
        return hashlib.sha256(canonical(changes).encode()).hexdigest()[:16]


SERVED = Configuration()


def load_configuration(name_or_path: str | None) -> Configuration:
    """A shipped configuration by name, or a file; None is what is served. Raises `ConfigurationError`."""
    if name_or_path is None or name_or_path == SERVED.name:
        return SERVED
    path = CONFIGURATIONS / f"{name_or_path}.toml"
    path = path if path.exists() else Path(name_or_path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        known = ", ".join(sorted(each.stem for each in CONFIGURATIONS.glob("*.toml")))
        raise ConfigurationError(
            f"there is no configuration {name_or_path!r}",
            what_to_do=f"Give the path of a .toml file or one of: {SERVED.name}, {known}.",
        ) from error
    return parse_configuration(path.stem, text)


def parse_configuration(name: str, text: str) -> Configuration:
    """The configuration that TOML text holds; raises `ConfigurationError`."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{name}: {error}") from error
    described = {key: str(values.pop(key)) for key in ("name", "note") if key in values}
    for key in ("owner", "source", "date"):
        values.pop(key, None)
    loose = [key for key, value in values.items() if not isinstance(value, dict)]
    if loose:
        raise ConfigurationError(f"{name}: {', '.join(loose)} stands outside any [section]")
    settings = values.pop("settings", {})
    return Configuration(described.get("name", name), described.get("note", ""), settings, values)


def configured(assistant: Assistant, configuration: Configuration) -> Assistant:
    """The assistant with the configuration's parts; raises `ConfigurationError` for what it has not got."""
    changed: dict[str, Any] = {}
    for section, values in configuration.parts.items():
        part = getattr(assistant, section, None)
        if not is_dataclass(part) or isinstance(part, type):
            raise ConfigurationError(
                f"{configuration.name}: there is no part [{section}]",
                what_to_do=f"Parts are: settings, {', '.join(tunable(assistant))}.",
            )
        changed[section] = _part(part, values, f"{configuration.name}: [{section}]")
    return replace(assistant, **changed)


def tunable(assistant: Assistant) -> dict[str, dict[str, float]]:
    """The numbers of each part, as they are now."""
    found: dict[str, dict[str, float]] = {}
    for each in fields(assistant):
        part = getattr(assistant, each.name)
        if is_dataclass(part) and not isinstance(part, type):
            values = {one.name: getattr(part, one.name) for one in fields(part)}
            numbers = {name: value for name, value in values.items() if isinstance(value, int | float)}
            if numbers:
                found[each.name] = numbers
    return found


@cache
def code_digest() -> str:
    """Of everything that makes an answer beside settings and pages: code, words, prompts, policy, weights."""
    found = hashlib.sha256()
    for room in _ROOMS:
        root = Path(str(files(room)))
        for path in sorted(root.rglob("*")):
            if path.is_file() and not _NO_CODE & set(path.relative_to(root).parts):
                found.update(f"{room}/{path.relative_to(root).as_posix()}\0".encode())
                found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _part(part: Any, values: Mapping[str, Any], where: str) -> Any:
    known = {each.name: type(getattr(part, each.name)) for each in fields(part)}
    for name, value in values.items():
        if name not in known:
            raise ConfigurationError(f"{where} has no {name}", what_to_do=f"It has: {', '.join(known)}.")
        if known[name] is float and isinstance(value, int) and not isinstance(value, bool):
            continue
        if not isinstance(value, known[name]):
            raise ConfigurationError(f"{where} {name} must be a {known[name].__name__}, not {value!r}")
    return replace(part, **values)
