"""The errors of the assistant.

AssistantError              anything the assistant cannot do; says what to do
├── WordsError              a file of words or prompts is missing or malformed
├── QuestionError           a question that cannot be taken as it is
├── UnknownConversation     no such conversation, or it has expired
├── UnknownCitation         no such citation
│   └── PastCitation        its text is no longer kept
├── FeedbackError           feedback that cannot be kept or found
├── UnknownShare            no such shared answer, or it is gone
├── TopicError              a change of a topic that cannot be made
├── SwitchError             turning the service off or on without saying who or why
├── PreferenceError         an editor's word on a page that cannot be kept
├── RerankerError           a reranker cannot be loaded, or failed; pages keep their order
└── ModelError              the language model failed; the extractive answer stands in
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest import Page


class AssistantError(Exception):
    """Root of the assistant's errors; `what_to_do` is a sentence for the person who sees it."""

    what_to_do = "Try again; if it fails again, look at the log."

    def __init__(self, message: str, *, what_to_do: str | None = None) -> None:
        super().__init__(message)
        if what_to_do is not None:
            self.what_to_do = what_to_do


class WordsError(AssistantError):
    """A file of words or prompts is missing or malformed."""

    what_to_do = "Restore the file from the release; the service does not start without it."


class QuestionError(AssistantError):
    """A question that cannot be taken as it is."""

    what_to_do = "Ask a question in words, at most 2,000 characters long."


class UnknownConversation(AssistantError):
    """No conversation has that identifier, or it has expired."""

    what_to_do = "Leave conversation_id out to start a new conversation."


class UnknownCitation(AssistantError):
    """No stored text belongs to that citation."""

    what_to_do = "Take the identifier from an answer's citation."


class PastCitation(UnknownCitation):
    """The cited text is no longer kept: its page has changed since, or is no longer in the index."""

    def __init__(self, page: Page | None) -> None:
        super().__init__("the cited text is no longer kept: its page has changed or gone since")
        self.page = page
        """The page as it is now, where it still answers."""
        self.what_to_do = f"Read the page as it is now: {page.url}" if page else "Ask the question again."


class FeedbackError(AssistantError):
    """Feedback that cannot be kept, or that there is none of."""

    what_to_do = "Keep the comment under 1,000 characters, and take identifiers from what was listed."


class UnknownShare(AssistantError):
    """No shared answer has that identifier, or it has expired or was taken back."""

    what_to_do = "Ask the question again; a shared answer is kept for a limited time only."


class TopicError(AssistantError):
    """A change of a topic that cannot be made."""

    what_to_do = "Name the topic, who changes it, and the reason; keep a notice short."


class SwitchError(AssistantError):
    """The service was to be turned off or on without saying who does it or why."""

    what_to_do = "Name who turns it off or on, and the reason."


class PreferenceError(AssistantError):
    """An editor's word on a page that cannot be kept."""

    what_to_do = "Name the topic, the page, who sets it, and the reason."


class RerankerError(AssistantError):
    """A reranker that cannot be loaded, or failed on a question."""

    what_to_do = "Nothing: pages keep the order that they had. Check the reranker's model if this goes on."

    @classmethod
    def unknown(cls, model: str, error: Exception) -> RerankerError:
        """A configured model that is neither a folder nor known."""
        return cls(
            f"the reranker {model!r} cannot be loaded: {error}",
            what_to_do="Set GOVT_ASSISTANT_RERANKER_MODEL to the folder of a cross-encoder, or leave it out.",
        )


class ModelError(AssistantError):
    """The language model failed or said something that cannot be used."""

    what_to_do = "Nothing: the answer was made without it. Check the model's endpoint if this goes on."
