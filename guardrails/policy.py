"""The policy: rules, thresholds, words and contacts, read once from data files and never changed after."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from guardrails.errors import PolicyError
from guardrails.identifiers import IdentifierRule, read_identifiers
from guardrails.lexicon import Lexicon
from guardrails.mending import Mender
from guardrails.names import NameCues, read_cues
from guardrails.rules import Rule, Rules, read_rules
from guardrails.toml_files import POLICY_FOLDER, Section, read
from guardrails.verdicts import Contact, Reply

_LONG_WORD = re.compile(r"(?<![\\a-z])[a-z]{5,}")
LANGUAGES = ("en", "mi")


@dataclass(frozen=True, slots=True)
class NameModel:
    """A model that finds names: engine "spacy", "gliner", "transformers", or "" for none."""

    engine: str
    name: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that decides. Two policies read from equal files decide alike."""

    version: str
    crisis: Rules
    practical: tuple[re.Pattern[str], ...]
    always_practical: frozenset[str]
    plain: tuple[re.Pattern[str], ...]
    mender: Mender
    attacks: Rules
    scope: Rules
    identifiers: tuple[IdentifierRule, ...]
    threshold: float
    names: NameCues
    lexicon: Lexicon
    name_model: NameModel
    contacts: Mapping[str, Contact]
    contact_days: int
    replies: Mapping[tuple[str, str], Reply]

    @classmethod
    def load(cls, folder: Path | None = None) -> Policy:
        """Read the policy files of `folder` (the packaged ones by default).

        Raises PolicyError, which names file, key and remedy, when a file cannot be used.
        """
        folder = folder or POLICY_FOLDER
        crisis, attacks, scope = (read(folder / f"{name}.toml") for name in ("crisis", "attacks", "scope"))
        contacts_file, replies_file = read(folder / "contacts.toml"), read(folder / "replies.toml")
        identifiers, names = read(folder / "identifiers.toml"), read(folder / "names.toml")
        contacts = {name: _contact(section) for name, section in contacts_file.named("contact").items()}
        lexicon, dangers = Lexicon.load(), read_rules(crisis)
        policy = cls(
            version=replies_file.section("meta").text("version"),
            crisis=dangers,
            practical=crisis.section("settings").patterns("practical"),
            always_practical=frozenset(crisis.section("settings").texts("always_practical")),
            plain=crisis.section("settings").patterns("plain"),
            mender=_mender(crisis, dangers, lexicon),
            attacks=read_rules(attacks),
            scope=read_rules(scope),
            identifiers=read_identifiers(identifiers),
            threshold=identifiers.section("settings").number("threshold"),
            names=read_cues(names),
            lexicon=lexicon,
            name_model=_name_model(names.section("model")),
            contacts=contacts,
            contact_days=int(contacts_file.section("meta").number("max_age_days")),
            replies=_replies(replies_file, contacts),
        )
        policy._require_words(replies_file)
        return policy

    def reply(self, category: str, language: str) -> Reply:
        """The fixed words for a category; English where the language is not "en" or "mi".

        Raises PolicyError for a category that has no words.
        """
        found = self.replies.get((category, language)) or self.replies.get((category, "en"))
        if found is None:
            raise PolicyError("replies.toml", f"reply.{category}", "is missing: add its words in en and mi")
        return found

    def reviewed_only(self) -> Policy:
        """The same policy, with English words wherever no fluent speaker has approved the others."""
        kept = {
            (category, language): reply if reply.reviewed else self.replies[category, "en"]
            for (category, language), reply in self.replies.items()
        }
        return replace(self, replies=kept)

    def stale_contacts(self, on: date) -> tuple[Contact, ...]:
        """Contacts whose page nobody has read for more than `max_age_days` of `contacts.toml`."""
        return tuple(c for c in self.contacts.values() if (on - c.checked_on).days > self.contact_days)

    def _require_words(self, file: Section) -> None:
        for rule in (*self.crisis, *self.attacks, *self.scope):
            needed = rule.notice or rule.category
            if (needed, "en") not in self.replies:
                raise file.fail(f"reply.{needed}", f"is missing, but rule {rule.id} needs it: add its words")


def _mender(crisis: Section, dangers: Sequence[Rule], lexicon: Lexicon) -> Mender:
    """A mender for the stems of the file and for every longer word that its rules look for."""
    stems = set(crisis.section("settings").texts("stems"))
    for rule in dangers:
        for expression in rule.any:
            stems.update(_LONG_WORD.findall(expression.source))
    return Mender(frozenset(stems), lexicon.is_listed)


def _name_model(section: Section) -> NameModel:
    model = NameModel(section.text("engine", ""), section.text("name", ""))
    if model.engine not in {"", "spacy", "gliner", "transformers"}:
        raise section.fail("engine", 'must be "", "spacy", "gliner" or "transformers"')
    if model.engine and not model.name:
        raise section.fail("name", f"must name the {model.engine} model to load")
    return model


def _contact(section: Section) -> Contact:
    for key in ("url", "source"):
        if not section.text(key).startswith("https://"):
            raise section.fail(key, "must be an https:// address")
    return Contact(
        name=section.text("name"),
        number=section.optional_text("number"),
        text_number=section.optional_text("text_number"),
        url=section.text("url"),
        hours=section.optional_text("hours"),
        source=section.text("source"),
        checked_on=section.day("checked_on"),
    )


def _replies(file: Section, contacts: Mapping[str, Contact]) -> dict[tuple[str, str], Reply]:
    version = file.section("meta").text("version")
    replies = {}
    for category, section in file.named("reply").items():
        names = section.texts("contacts")
        for name in names:
            if name not in contacts:
                raise section.fail(
                    "contacts", f"names {name}, which is not in contacts.toml: add or correct it"
                )
        cards = tuple(contacts[name] for name in names)
        for language in LANGUAGES:
            words = section.section(language)
            replies[category, language] = Reply(
                language, words.text("text"), cards, version, words.flag("reviewed")
            )
    return replies
