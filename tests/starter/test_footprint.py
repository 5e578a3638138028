"""The web process is light: what it does not use it does not import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = (
    *("torch", "ragas", "transformers", "sentence_transformers", "pandas", "scipy", "onnx"),
    *(
        "langchain_core",
        "langchain_openai",
        "openai",
        "mcp",
        "mcp_types",
        "authlib",
        "redis",
        "alembic",
        "icalendar",
    ),
    *("chromadb", "httpx", "bs4", "lxml", "trafilatura", "pdfplumber", "docx"),
)
"""What only ingest, evaluations, a configured model, provider or server, or a first request for it need."""


def test_the_web_process_imports_nothing_heavy():
    """Neither torch nor ragas, nor what most processes never use."""
    code = (
        "import sys, web.cli, web.main; from web.settings import Settings; "
        "web.main.create_app(Settings(_env_file=None)); "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
