"""The trained weights of extraction's features."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from assistant.errors import WordsError
from assistant.features import names


@cache
def weights() -> NDArray[np.float32]:
    """One weight a feature, in the order of `names()`; raises `WordsError` where one is missing."""
    try:
        data = tomllib.loads(files("assistant").joinpath("weights.toml").read_text(encoding="utf-8"))
        return np.array([data["weights"][name] for name in names()], dtype=np.float32)
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        hint = "Run evals/train_extraction.py after a change of signs.toml."
        raise WordsError(f"assistant/weights.toml has no weight for {error}", what_to_do=hint) from error
