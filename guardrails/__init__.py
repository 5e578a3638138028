"""Text in, verdicts and findings out. Knows nothing of retrieval, HTTP or storage."""

from guardrails.classifier import AttackClassifier
from guardrails.crisis_classifier import CrisisClassifier
from guardrails.errors import GuardrailError, PolicyError
from guardrails.findings import Finding, Redaction
from guardrails.grounding import Grounding, grounded
from guardrails.output import inspect_output
from guardrails.pages import PageScreening, screen_page
from guardrails.policy import Policy
from guardrails.redaction import Redactor
from guardrails.screening import screen
from guardrails.streaming import HoldBack
from guardrails.verdicts import Action, Contact, Reply, Verdict

__all__ = [
    "Action",
    "AttackClassifier",
    "Contact",
    "CrisisClassifier",
    "Finding",
    "Grounding",
    "GuardrailError",
    "HoldBack",
    "PageScreening",
    "Policy",
    "PolicyError",
    "Redaction",
    "Redactor",
    "Reply",
    "Verdict",
    "grounded",
    "inspect_output",
    "screen",
    "screen_page",
]
