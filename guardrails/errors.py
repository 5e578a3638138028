"""What can go wrong in the guardrails, and what to do about it.

    GuardrailError
    └── PolicyError      a policy or data file cannot be used: names the file, the key and the remedy

A guard that finds something does not raise: it returns findings or a verdict.
"""

from pathlib import Path


class GuardrailError(Exception):
    """Root of everything that this room raises on purpose."""


class PolicyError(GuardrailError):
    """A policy or data file is missing, unreadable or says something that cannot be."""

    def __init__(self, file: Path | str, key: str, remedy: str) -> None:
        self.file = str(file)
        self.key = key
        self.remedy = remedy
        super().__init__(f"{self.file}: {key or 'the file'}: {remedy}")
