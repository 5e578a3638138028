"""A suite run against an assistant becomes a report and a verdict."""

from evals.metrics import Figure, Score, figure, score
from evals.run import Result, RunReport, ask, run
from evals.suite import Case, Suite, SuiteError, load

__all__ = [
    "Case",
    "Figure",
    "Result",
    "RunReport",
    "Score",
    "Suite",
    "SuiteError",
    "ask",
    "figure",
    "load",
    "run",
    "score",
]
