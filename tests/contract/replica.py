"""One replica as a process of its own: `python -m tests.contract.replica PORT`, set by the environment."""

from __future__ import annotations

import sys

import uvicorn

from tests.doubles import BagOfWords
from web.main import create_app
from web.settings import Settings

if __name__ == "__main__":
    app = create_app(Settings(_env_file=None), embedder=BagOfWords())
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
