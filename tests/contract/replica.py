"""One replica as a process of its own: `python -m tests.contract.replica PORT`, set by the environment.

REPLICA_EMBED_SECONDS is what each embedding takes longer, REPLICA_LEASE_SECONDS how long a job's lease runs.
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
import uvicorn

from tests.doubles import BagOfWords
from tests.patience import be_patient
from web import main
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

SLOWER = float(os.environ.get("REPLICA_EMBED_SECONDS", "0"))


class Slow(BagOfWords):
    """Takes its time over pages, not over questions."""

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        time.sleep(SLOWER)
        return super().embed(texts, progress)

    def read(self, text: str, spans: Sequence[tuple[int, int]] = ()) -> NDArray[np.float32]:
        return BagOfWords().read(text, spans)


if __name__ == "__main__":
    be_patient(pytest.MonkeyPatch())
    if lease := os.environ.get("REPLICA_LEASE_SECONDS"):
        main.Leases = partial(main.Leases, seconds=float(lease))  # type: ignore[misc,assignment]  # a class in the place of itself
    app = main.create_app(Settings(_env_file=None), embedder=Slow())
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
