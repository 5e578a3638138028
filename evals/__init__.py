"""A suite run against an assistant becomes a report and a verdict."""

from evals.errors import EvalError, SuiteError
from evals.metrics import Figure, Score, figure, score
from evals.run import Result, RunReport, ask, run
from evals.suite import Case, Parsed, Problem, Suite, counts, load, parse, schema, shipped
from evals.suite_check import Site, check

__all__ = [
    "Case",
    "EvalError",
    "Figure",
    "Parsed",
    "Problem",
    "Result",
    "RunReport",
    "Score",
    "Site",
    "Suite",
    "SuiteError",
    "ask",
    "check",
    "counts",
    "figure",
    "load",
    "parse",
    "run",
    "schema",
    "score",
    "shipped",
]
