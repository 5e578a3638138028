"""A suite run against an assistant becomes a report and a verdict."""

from evals.asking import ask
from evals.beir import BeirCorpus, Benchmark, QueryResult, rank_all, read_benchmark, summary
from evals.compare import Comparison, Flip, Paired, compare
from evals.configuration import SERVED, Configuration, configured, load_configuration, parse_configuration
from evals.errors import (
    BenchmarkError,
    ConfigurationError,
    EvalError,
    PolicyError,
    SuiteError,
    UnknownRun,
)
from evals.gates import Finding, GatePolicy, Verdict, gate, load_policy
from evals.intervals import Figure, figure
from evals.metrics import DETERMINISTIC, LATENCY, Metric, Score, chosen
from evals.publishing import gate_version
from evals.run import Order, Progress, run
from evals.runs import Basis, Run, Runs, RunState
from evals.scoring import PASSED, Sheet, score_all
from evals.subject import Subject, subject_of
from evals.suite import Case, Parsed, Problem, Suite, counts, load, parse, schema, shipped
from evals.suite_check import Site, check
from evals.trial import Asked, Trial, dump_trial

__all__ = [
    "DETERMINISTIC",
    "LATENCY",
    "PASSED",
    "SERVED",
    "Asked",
    "Basis",
    "BeirCorpus",
    "Benchmark",
    "BenchmarkError",
    "Case",
    "Comparison",
    "Configuration",
    "ConfigurationError",
    "EvalError",
    "Figure",
    "Finding",
    "Flip",
    "GatePolicy",
    "Metric",
    "Order",
    "Paired",
    "Parsed",
    "PolicyError",
    "Problem",
    "Progress",
    "QueryResult",
    "Run",
    "RunState",
    "Runs",
    "Score",
    "Sheet",
    "Site",
    "Subject",
    "Suite",
    "SuiteError",
    "Trial",
    "UnknownRun",
    "Verdict",
    "ask",
    "check",
    "chosen",
    "compare",
    "configured",
    "counts",
    "dump_trial",
    "figure",
    "gate",
    "gate_version",
    "load",
    "load_configuration",
    "load_policy",
    "parse",
    "parse_configuration",
    "rank_all",
    "read_benchmark",
    "run",
    "schema",
    "score_all",
    "shipped",
    "subject_of",
    "summary",
]
