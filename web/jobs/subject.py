"""What a job is about, in words: its kind says what is done, and its arguments say with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

WHOLE_SITE = "the whole site"


def subject(arguments: Mapping[str, Any]) -> str:
    """A source, a suite, a version, an address, or how many; empty where the arguments do not say."""
    if arguments.get("only"):
        return _listed(arguments["only"])
    if arguments.get("site"):
        return WHOLE_SITE
    for name in ("source", "suite"):
        if arguments.get(name):
            return str(arguments[name])
    if arguments.get("version") is not None:
        return f"version {arguments['version']}"
    if arguments.get("urls"):
        return _listed(arguments["urls"])
    return _counted(arguments)


def _counted(arguments: Mapping[str, Any]) -> str:
    for name, one in (("pages", "page"), ("records", "record")):
        held = arguments.get(name)
        if held:
            titles = [str(each["title"]) for each in held if isinstance(each, Mapping) and each.get("title")]
            return _listed(titles) if titles else f"{len(held)} {one}{'' if len(held) == 1 else 's'}"
    return ""


def _listed(names: Sequence[Any]) -> str:
    first, *others = [str(each) for each in names]
    return f"{first} and {len(others)} more" if others else first
