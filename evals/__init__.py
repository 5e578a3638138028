"""A suite run against an assistant becomes a report and a verdict."""

from evals.beir import BeirCorpus, Benchmark, QueryResult, rank_all, read_benchmark, summary
from evals.errors import BenchmarkError, EvalError, SuiteError
from evals.intervals import Figure, figure
from evals.metrics import Score, score
from evals.run import Result, RunReport, ask, run
from evals.suite import Case, Parsed, Problem, Suite, counts, load, parse, schema, shipped
from evals.suite_check import Site, check

__all__ = [
    "BeirCorpus",
    "Benchmark",
    "BenchmarkError",
    "Case",
    "EvalError",
    "Figure",
    "Parsed",
    "Problem",
    "QueryResult",
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
    "rank_all",
    "read_benchmark",
    "run",
    "schema",
    "score",
    "shipped",
    "summary",
]
