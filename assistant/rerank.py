"""A second reading of the best pages by a model that sees question and passage together, where there is one.

None ships: one that helps has to be downloaded. Any cross-encoder of sentence-transformers plugs in by name
or folder (Nogueira and Cho 2019, https://arxiv.org/abs/1901.04085).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from assistant.errors import RerankerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

READ_AGAIN = 10
"""Pages that are read again, each by its best passage; more cost time and bring nothing to the top."""


class Reranker(Protocol):
    """Says how well passages answer a question; raises `RerankerError` when it cannot."""

    name: str

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """One number a passage, from 0 (does not answer) to 1."""
        ...


class CrossEncoderReranker:
    """A cross-encoder of sentence-transformers, by folder or name (a name needs a model hub)."""

    def __init__(self, model: str) -> None:
        """Raises `RerankerError` where there is no such model."""
        from sentence_transformers import CrossEncoder
        from torch.nn import Sigmoid

        try:
            self._model = CrossEncoder(
                model,
                device="cpu",
                local_files_only=Path(model).exists(),
                activation_fn=Sigmoid(),
                num_labels=1,
            )
        except (OSError, ValueError) as error:
            raise RerankerError.unknown(model, error) from error
        self.name = Path(model).name

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        pairs = [(question, passage) for passage in passages]
        try:
            found = np.asarray(self._model.predict(pairs, show_progress_bar=False), dtype=np.float32)
        except Exception as error:
            raise RerankerError(f"the reranker {self.name} failed: {error}") from error
        if found.shape != (len(pairs),) or not np.isfinite(found).all():
            raise RerankerError(f"the reranker {self.name} gave no number for each passage")
        return found


def read_again(
    fused: NDArray[np.float32],
    order: Sequence[int],
    question: str,
    best: Sequence[str],
    how: Reranker,
    share: float,
) -> NDArray[np.float32]:
    """Scores of pages in which the first of `order` are read again by their `best` passages.

    `share` is what the second reading counts. The pages that were read change places
    among themselves.
    """
    again = np.array(order[:READ_AGAIN])
    read = how.scores(question, best[: len(again)])
    before = fused[again]
    span = float(before.max() - before.min())
    own = (before - before.min()) / span if span > 0 else np.ones_like(before)
    ranked = np.argsort(-((1 - share) * own + share * read), kind="stable")
    changed = fused.copy()
    changed[again[ranked]] = np.sort(before)[::-1]
    return changed
