"""What is varied between runs: small TOML files laid over the settings and over the assistant's numbers.

name = "strict"
note = "fewer answers, surer ones"

[settings]              # the chat model, where one is to be asked
model = "some-model"

[threshold]             # and [retrieval], [extraction]: see `evals.configuration_file`
cut = 0.4
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import ExtractiveComposer
from evals.configuration_file import read_configuration
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
    """A named change against what is served; without changes it is what is served.

    `parts` holds the numbers that it changes by section, `prompts` instructions for a model by language.
    """

    name: str = "served"
    note: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    prompts: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Of what it changes; the name and the note change no answer."""
        parts = {section: dict(values) for section, values in self.parts.items()}
        return _digest({"settings": dict(self.settings), "parts": parts, "prompts": dict(self.prompts)})


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
    """The configuration that TOML text holds; raises `ConfigurationError` with the lines of what is wrong."""
    values = read_configuration(name, text)
    described = {key: str(values.pop(key)) for key in ("name", "note") if key in values}
    for key in ("owner", "source", "date"):
        values.pop(key, None)
    settings, prompts = values.pop("settings", {}), values.pop("prompts", {})
    return Configuration(described.get("name", name), described.get("note", ""), settings, values, prompts)


def configured(assistant: Assistant, configuration: Configuration) -> Assistant:
    """The assistant with the configuration's numbers; the model and its prompts are the root's to change.

    Raises `ConfigurationError` for prompts that no model would be given.
    """
    if configuration.prompts and all(each.prompt_digest is None for each in assistant.composers):
        raise ConfigurationError(
            f"{configuration.name}: [prompts] changes nothing, for no model words the answers",
            what_to_do="Name one: model = ... under [settings].",
        )
    changed: dict[str, Any] = {
        section: replace(part, **configuration.parts[section])
        for section, part in assistant.tuned.items()
        if section in configuration.parts
    }
    if "extraction" in changed:
        own = ExtractiveComposer(changed.pop("extraction"))
        changed["composers"] = tuple(
            own if isinstance(each, ExtractiveComposer) else each for each in assistant.composers
        )
    return replace(assistant, **changed)


def tunable(assistant: Assistant) -> dict[str, dict[str, float]]:
    """The numbers of each section, as they are now."""
    return {
        section: {name: value for name, value in asdict(part).items() if isinstance(value, int | float)}
        for section, part in assistant.tuned.items()
    }


def basis_digest(assistant: Assistant, configuration: Configuration) -> str:
    """Of the numbers that `assistant` works with, wherever they come from, and of what else was varied."""
    numbers = {section: asdict(part) for section, part in assistant.tuned.items()}
    return _digest(
        {
            "numbers": numbers,
            "settings": dict(configuration.settings),
            "prompts": [each.prompt_digest for each in assistant.composers],
        }
    )


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


def _digest(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(values).encode()).hexdigest()[:16]
