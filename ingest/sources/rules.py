"""What of an HTML page is not its content, as kept in `boilerplate.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Rules:
    """The words and patterns by which boilerplate is told from content; phrases are case-folded."""

    tracking_prefixes: tuple[str, ...]
    tracking_names: frozenset[str]
    drop_elements: tuple[str, ...]
    drop_roles: frozenset[str]
    drop_classes: re.Pattern[str]
    hidden_classes: re.Pattern[str]
    cut_from: tuple[str, ...]
    drop_blocks: tuple[str, ...]
    contents_titles: frozenset[str]
    withdrawn: tuple[str, ...]
    last_updated: tuple[str, ...]
    callout_classes: re.Pattern[str]
    callout_label: str
    callout_own_labels: tuple[str, ...]
    meta_modified: tuple[str, ...]
    meta_publisher: tuple[str, ...]


@cache
def rules() -> Rules:
    """The rules that ship with the product."""
    data = tomllib.loads(resources.files("ingest.sources").joinpath("boilerplate.toml").read_text("utf-8"))
    phrases = {name: tuple(text.casefold() for text in texts) for name, texts in data["phrases"].items()}
    return Rules(
        tracking_prefixes=tuple(data["address"]["tracking_prefixes"]),
        tracking_names=frozenset(data["address"]["tracking_names"]),
        drop_elements=tuple(data["drop"]["elements"]),
        drop_roles=frozenset(data["drop"]["roles"]),
        drop_classes=_any_of(data["drop"]["classes"]),
        hidden_classes=_any_of(data["drop"]["hidden_classes"]),
        cut_from=phrases["cut_from"],
        drop_blocks=phrases["drop_blocks"],
        contents_titles=frozenset(phrases["contents_titles"]),
        withdrawn=phrases["withdrawn"],
        last_updated=phrases["last_updated"],
        callout_classes=_any_of(data["callouts"]["classes"]),
        callout_label=data["callouts"]["label"],
        callout_own_labels=tuple(data["callouts"]["own_labels"]),
        meta_modified=tuple(data["metadata"]["modified"]),
        meta_publisher=tuple(data["metadata"]["publisher"]),
    )


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
