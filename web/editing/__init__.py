"""What editors do with content: read it again, compare answers, publish, roll back."""

from web.editing.editing import Editing
from web.editing.errors import EditingError
from web.editing.gate import AllOf, Gate, SuiteLimits, UnbrokenAnswers, Verdict
from web.editing.report import Asking, Comparison, Shown, VersionReport

__all__ = [
    "AllOf",
    "Asking",
    "Comparison",
    "Editing",
    "EditingError",
    "Gate",
    "Shown",
    "SuiteLimits",
    "UnbrokenAnswers",
    "Verdict",
    "VersionReport",
]
