"""What may stand in a configuration's file, and what is told of one that holds anything else."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from assistant import Length, Mix, Prompts
from assistant.threshold import default_threshold
from assistant.tuning import CLOSED, Share
from evals.errors import ConfigurationError


class Cut(BaseModel):
    """When an answer is given: from what probability on, that the best page answers."""

    model_config = CLOSED

    cut: Share = default_threshold().cut
    """Of the fitted threshold (`eval calibrate`); 1 declines everything."""
    reached: Share = default_threshold().reached
    """How sure it is that a page tells how to reach the agency that somebody wants to reach."""
    elsewhere: Share = default_threshold().elsewhere
    """How likely at the most the page of another agency answers."""


class ModelChoice(BaseModel):
    """Which language model words the answers; what is not named stays as it is served."""

    model_config = CLOSED

    model: str = ""
    """Name of the chat model; empty: the pages' own words, whatever is served."""
    openai_base_url: str = ""
    """Its address; in files on this machine only, for a key is sent there."""
    model_timeout: Annotated[float, Field(gt=0)] = 20.0
    """Seconds that it may take for a whole answer."""
    model_tokens_per_day: Annotated[int, Field(ge=1)] = 2_000_000
    """Tokens that it may use a day."""


class ConfigurationFile(BaseModel):
    """A configuration: what differs from what is served."""

    model_config = CLOSED | {"title": "Configuration", "strict": False}

    name: str = ""
    """By default the file's."""
    note: str = ""
    """What it is for."""
    owner: str = ""
    """Who answers for it."""
    source: str = ""
    """Where its numbers come from."""
    date: str = ""
    """When it was written, as YYYY-MM-DD."""
    settings: ModelChoice = ModelChoice()
    threshold: Cut = Cut()
    retrieval: Mix = Mix()
    extraction: Length = Length()
    prompts: Prompts = Prompts()
    """Instructions for the model, by language, in place of those that ship."""


def configuration_schema() -> dict[str, Any]:
    """The JSON Schema of a configuration's file, for editors that check as one types."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ConfigurationFile.model_json_schema(),
    }


def read_configuration(name: str, text: str) -> dict[str, Any]:
    """The values that TOML text holds; raises `ConfigurationError`, which names the lines that are wrong."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{name}: {error}", what_to_do="Write it as TOML: name = value.") from error
    try:
        ConfigurationFile.model_validate_json(json.dumps(values, default=str))
    except ValidationError as error:
        told = "; ".join(_told(each, text) for each in error.errors())
        raise ConfigurationError(f"{name}: {told}") from error
    return values


def _told(error: Any, text: str) -> str:
    """One thing that is wrong, at its line, with what could stand there instead."""
    place = [str(part) for part in error["loc"]]
    section, key = place[0], place[-1]
    where = f"line {_line(section, key if len(place) > 1 else None, text)}: "
    known = ConfigurationFile.model_fields
    if len(place) == 1:
        if section not in known:
            return f"{where}there is no {section} here; there are {', '.join(known)}"
        return f"{where}{section}: {error['msg'][:1].lower()}{error['msg'][1:]}"
    if error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        return f"{where}[{section}] has no {key}; it has {', '.join(_names(section))}"
    return f"{where}[{section}] {key} is {error['input']!r}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _names(section: str) -> list[str]:
    definitions = ConfigurationFile.model_json_schema()
    kind = definitions["properties"][section]["$ref"].rsplit("/", 1)[1]
    return list(definitions["$defs"][kind]["properties"])


def _line(section: str, key: str | None, text: str) -> int:
    """Where the section begins, or its key stands; counts from 1."""
    begun = 1
    for number, line in enumerate(text.split("\n"), start=1):
        if re.match(rf"\s*(\[\s*{re.escape(section)}\s*\]|{re.escape(section)}\s*=)", line):
            if key is None:
                return number
            begun = number
        elif key is not None and begun <= number and re.match(rf"\s*{re.escape(key)}\s*=", line):
            return number
    return begun
