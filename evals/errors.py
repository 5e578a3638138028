"""What can go wrong in an evaluation, and what to do about it.

EvalError
├── SuiteError            a suite that cannot be used
├── BenchmarkError        a benchmark's files are missing or malformed
├── ConfigurationError    a configuration cannot be read, or names what there is not
├── UnknownRun            there is no such run
└── PolicyError           the gate's policy cannot be read or demands what cannot be
    └── PolicyChanged     somebody else changed it in the meantime
"""

from __future__ import annotations


class EvalError(Exception):
    """The root; `what_to_do` is for the person who reads the message."""

    what_to_do = ""

    def __init__(self, message: str, *, what_to_do: str | None = None) -> None:
        super().__init__(message)
        if what_to_do is not None:
            self.what_to_do = what_to_do


class SuiteError(EvalError):
    """A suite that cannot be used; names the file and the lines."""

    what_to_do = "Correct those lines; docs/evaluation.md describes the fields."


class BenchmarkError(EvalError):
    """A benchmark's files are missing or malformed; names the file and the line."""

    what_to_do = "Give a folder with corpus.jsonl, queries.jsonl and qrels.tsv (or qrels/test.tsv)."


class ConfigurationError(EvalError):
    """A configuration cannot be read or names what the assistant has not got."""

    what_to_do = "Correct the file: `eval configurations --schema` prints all that it may hold."


class UnknownRun(EvalError):
    """There is no such run, or it is not in the state that is needed."""

    what_to_do = "`govt-assistant eval runs` lists the runs."


class PolicyError(EvalError):
    """The gate's policy cannot be read or demands what cannot be measured."""

    what_to_do = "Correct the policy; docs/evaluation.md describes it."


class PolicyChanged(PolicyError):
    """Somebody else changed the policy in the meantime; nothing is overwritten."""

    what_to_do = "Look at the policy as it is now, then make your change again."
