"""Structured logs on standard error. Nothing that a person typed is ever logged."""

from __future__ import annotations

import logging
import sys

import structlog

TALKATIVE = (
    "aiosqlite",
    "httpcore",
    "httpx",
    "httpx2",
    "openai",
    "langchain",
    "presidio-analyzer",
    "chromadb",
)
"""Loggers that write parameters, addresses or whole requests at DEBUG or INFO."""

SILENT = ("mcp",)
"""Loggers that write what a caller sent into warnings and errors too; its caller is told instead."""


def configure_logging(level: str) -> None:
    """One JSON object a line from `level` on; libraries that log what they are given stay silent."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level.upper(), 20)
        ),
        logger_factory=_to_standard_error,
    )


def _to_standard_error(*_arguments: object) -> structlog.PrintLogger:
    """Whatever standard error is by then: who replaced it for a while may have closed that again."""
    return structlog.PrintLogger(sys.stderr)
