"""A question becomes an answer."""

from assistant.answer_cache import AnswerCache, AnswerStore, MemoryAnswers
from assistant.asked import Asked, AskedQuestion
from assistant.assembly import Assistant
from assistant.cite import citation_id, cited_pages, parse_citation_id
from assistant.compose import Composer, ExtractiveComposer
from assistant.conditions import Controls
from assistant.conversations import Conversations, is_identifier, require_identifier
from assistant.errors import (
    AssistantError,
    FeedbackError,
    ModelError,
    PastCitation,
    PreferenceError,
    QuestionError,
    RerankerError,
    SwitchError,
    TopicError,
    UnknownCitation,
    UnknownConversation,
    UnknownShare,
)
from assistant.events import Event, Final, Notice, SentenceReady, Sources, Status
from assistant.extract import Length
from assistant.feedback import Feedback, FeedbackItem, FeedbackKind, Given, Ratings, Reason
from assistant.first_help import FirstHelp, as_events
from assistant.generate import GenerativeComposer, ModelSettings
from assistant.language import detect
from assistant.limits import CHECK_SECONDS
from assistant.model import (
    Answer,
    Choice,
    Citation,
    Listed,
    Outcome,
    Question,
    RankedPage,
    Retrieved,
    Screened,
    Sentence,
    SentenceKind,
    Turn,
)
from assistant.pipeline import answer
from assistant.preferences import Effect, Preference, PreferenceChange, Preferences, Preferred
from assistant.prompts import Prompts
from assistant.prose import all_prose
from assistant.public_log import Entry, PublicLog
from assistant.rerank import CrossEncoderReranker
from assistant.retrieve import retrieve
from assistant.scoring import Mix
from assistant.screen import Guards, reader, redact_and_screen
from assistant.shares import Shared, Shares
from assistant.sovereignty import StaysInRegion, TeReoPolicy, in_te_reo, te_reo_policy
from assistant.string_reviews import StringReview, StringReviews
from assistant.string_reviews import export as export_reviews
from assistant.switches import Level, SwitchChange, Switches
from assistant.te_reo_strings import Review, Said, TeReoString, as_toml, said, te_reo_pages, te_reo_strings
from assistant.threshold import CLOSE, FAIR, Evidence, Logistic, Threshold
from assistant.topics import TopicChange, Topics, TopicState
from assistant.understand import understand
from assistant.words import headings, offered, show_only_reviewed, words

__all__ = [
    "CHECK_SECONDS",
    "CLOSE",
    "FAIR",
    "Answer",
    "AnswerCache",
    "AnswerStore",
    "Asked",
    "AskedQuestion",
    "Assistant",
    "AssistantError",
    "Choice",
    "Citation",
    "Composer",
    "Controls",
    "Conversations",
    "CrossEncoderReranker",
    "Effect",
    "Entry",
    "Event",
    "Evidence",
    "ExtractiveComposer",
    "Feedback",
    "FeedbackError",
    "FeedbackItem",
    "FeedbackKind",
    "Final",
    "FirstHelp",
    "GenerativeComposer",
    "Given",
    "Guards",
    "Length",
    "Level",
    "Listed",
    "Logistic",
    "MemoryAnswers",
    "Mix",
    "ModelError",
    "ModelSettings",
    "Notice",
    "Outcome",
    "PastCitation",
    "Preference",
    "PreferenceChange",
    "PreferenceError",
    "Preferences",
    "Preferred",
    "Prompts",
    "PublicLog",
    "Question",
    "QuestionError",
    "RankedPage",
    "Ratings",
    "Reason",
    "RerankerError",
    "Retrieved",
    "Review",
    "Said",
    "Screened",
    "Sentence",
    "SentenceKind",
    "SentenceReady",
    "Shared",
    "Shares",
    "Sources",
    "Status",
    "StaysInRegion",
    "StringReview",
    "StringReviews",
    "SwitchChange",
    "SwitchError",
    "Switches",
    "TeReoPolicy",
    "TeReoString",
    "Threshold",
    "TopicChange",
    "TopicError",
    "TopicState",
    "Topics",
    "Turn",
    "UnknownCitation",
    "UnknownConversation",
    "UnknownShare",
    "all_prose",
    "answer",
    "as_events",
    "as_toml",
    "citation_id",
    "cited_pages",
    "detect",
    "export_reviews",
    "headings",
    "in_te_reo",
    "is_identifier",
    "offered",
    "parse_citation_id",
    "reader",
    "redact_and_screen",
    "require_identifier",
    "retrieve",
    "said",
    "show_only_reviewed",
    "te_reo_pages",
    "te_reo_policy",
    "te_reo_strings",
    "understand",
    "words",
]
