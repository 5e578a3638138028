"""A suite run against an assistant becomes a report and a verdict."""

from evals.asking import ask
from evals.beir import BeirCorpus, Benchmark, QueryResult, rank_all, read_benchmark, summary
from evals.compare import Comparison, Flip, Paired, compare
from evals.configuration import (
    SERVED,
    Configuration,
    configured,
    load_configuration,
    parse_configuration,
    tunable,
)
from evals.configuration_file import configuration_schema
from evals.errors import (
    BenchmarkError,
    ConfigurationError,
    EvalError,
    PolicyChanged,
    PolicyError,
    SuiteError,
    UnknownRun,
)
from evals.gate_policy import (
    MEASURED,
    GatePolicy,
    Limit,
    SuitePolicy,
    as_toml,
    load_policy,
    parse_policy,
    suite_policy,
)
from evals.gates import Finding, Verdict, gate
from evals.intervals import Figure, figure
from evals.labels import PREFERENCE, Agreement, Labels, agreement, rubric, swapped
from evals.metrics import DETERMINISTIC, LATENCY, Metric, Score, chosen
from evals.policies import Policies, Revision
from evals.publishing import gate_version
from evals.report import CaseView, Report, view
from evals.run import Order, Progress, run
from evals.runs import Basis, Run, Runs, RunState
from evals.saved import Saved, SavedConfigurations
from evals.scoring import PASSED, Sheet, score_all, sheet_of
from evals.subject import Subject, subject_of
from evals.suite import Case, Parsed, Problem, Suite, counts, load, names_in, parse, schema, shipped
from evals.suite_check import Site, check
from evals.trial import Asked, Trial, dump_trial

__all__ = [
    "DETERMINISTIC",
    "LATENCY",
    "MEASURED",
    "PASSED",
    "PREFERENCE",
    "SERVED",
    "Agreement",
    "Asked",
    "Basis",
    "BeirCorpus",
    "Benchmark",
    "BenchmarkError",
    "Case",
    "CaseView",
    "Comparison",
    "Configuration",
    "ConfigurationError",
    "EvalError",
    "Figure",
    "Finding",
    "Flip",
    "GatePolicy",
    "Labels",
    "Limit",
    "Metric",
    "Order",
    "Paired",
    "Parsed",
    "Policies",
    "PolicyChanged",
    "PolicyError",
    "Problem",
    "Progress",
    "QueryResult",
    "Report",
    "Revision",
    "Run",
    "RunState",
    "Runs",
    "Saved",
    "SavedConfigurations",
    "Score",
    "Sheet",
    "Site",
    "Subject",
    "Suite",
    "SuiteError",
    "SuitePolicy",
    "Trial",
    "UnknownRun",
    "Verdict",
    "agreement",
    "as_toml",
    "ask",
    "check",
    "chosen",
    "compare",
    "configuration_schema",
    "configured",
    "counts",
    "dump_trial",
    "figure",
    "gate",
    "gate_version",
    "load",
    "load_configuration",
    "load_policy",
    "names_in",
    "parse",
    "parse_configuration",
    "parse_policy",
    "rank_all",
    "read_benchmark",
    "rubric",
    "run",
    "schema",
    "score_all",
    "sheet_of",
    "shipped",
    "subject_of",
    "suite_policy",
    "summary",
    "swapped",
    "tunable",
    "view",
]
