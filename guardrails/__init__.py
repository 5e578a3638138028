"""Text in, verdicts and findings out. Knows nothing of retrieval, HTTP or storage."""

from guardrails.crisis_classifier import clauses
from guardrails.errors import GuardrailError, PolicyError
from guardrails.findings import Finding, Redaction, without_placeholders
from guardrails.grounding import Grounding, grounded
from guardrails.lexicon import Lexicon
from guardrails.meaning import Classifiers, Meaning
from guardrails.output import inspect_output
from guardrails.pages import PageScreening, screen_page
from guardrails.policy import Policy
from guardrails.redaction import Redactor
from guardrails.screening import screen, screen_by_meaning, screen_by_rules
from guardrails.streaming import HoldBack
from guardrails.verdicts import Action, Contact, Reply, Verdict

__all__ = [
    "Action",
    "Classifiers",
    "Contact",
    "Finding",
    "Grounding",
    "GuardrailError",
    "HoldBack",
    "Lexicon",
    "Meaning",
    "PageScreening",
    "Policy",
    "PolicyError",
    "Redaction",
    "Redactor",
    "Reply",
    "Verdict",
    "clauses",
    "grounded",
    "inspect_output",
    "screen",
    "screen_by_meaning",
    "screen_by_rules",
    "screen_page",
    "without_placeholders",
]
