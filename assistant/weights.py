"""The trained weights of extraction's features, and what they make of a page."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import WordsError
from assistant.features import features, names

if TYPE_CHECKING:
    from assistant.model import RankedPage, Retrieved


def likelihoods(retrieved: Retrieved, ranked: RankedPage, *, by_unit: bool = True) -> NDArray[np.float32]:
    """For each unit of the page, the probability that it is the one that answers.

    Without `by_unit` the vectors of units are left aside, as `features` says.
    """
    scores = features(retrieved, ranked, by_unit=by_unit) @ weights()
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum(), dtype=np.float32)


@cache
def weights() -> NDArray[np.float32]:
    """One weight a feature, in the order of `names()`; raises `WordsError` where one is missing."""
    try:
        data = tomllib.loads(files("assistant").joinpath("weights.toml").read_text(encoding="utf-8"))
        return np.array([data["weights"][name] for name in names()], dtype=np.float32)
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        hint = "Run evals/train_extraction.py after a change of signs.toml."
        raise WordsError(f"assistant/weights.toml has no weight for {error}", what_to_do=hint) from error
