"""The policy files: complete, dated, sourced, and errors that say what to do."""

import shutil
from datetime import date, timedelta

import pytest

from guardrails import Policy, PolicyError
from guardrails.toml_files import POLICY_FOLDER


def test_every_category_has_words_in_both_languages(policy):
    """No decision leaves a reader without an answer."""
    for category in {
        rule.notice or rule.category for rule in (*policy.crisis, *policy.attacks, *policy.scope)
    }:
        for language in ("en", "mi"):
            reply = policy.reply(category, language)
            assert reply.language == language
            assert reply.text
            assert reply.version


def test_te_reo_words_are_marked_as_not_reviewed(policy):
    """Until a fluent speaker has signed them."""
    assert not any(reply.reviewed for (_, language), reply in policy.replies.items() if language == "mi")


def test_every_contact_has_a_source_and_a_date(policy):
    """A number without a page that says so is not shown."""
    for contact in policy.contacts.values():
        assert contact.url.startswith("https://")
        assert contact.source.startswith("https://")
        assert contact.checked_on <= date.today()


def test_old_contacts_are_named(policy):
    """Ninety-one days after the last reading every contact is due."""
    checked = max(each.checked_on for each in policy.contacts.values())
    assert policy.stale_contacts(checked) == ()
    assert len(policy.stale_contacts(checked + timedelta(days=91))) == len(policy.contacts)


def test_an_unknown_category_is_an_error(policy):
    """The error names the file and the key."""
    with pytest.raises(PolicyError, match=r"replies\.toml: reply\.nonsense"):
        policy.reply("nonsense", "en")


@pytest.fixture
def folder(tmp_path):
    """A copy of the policy that a test may spoil."""
    return shutil.copytree(POLICY_FOLDER, tmp_path / "policy")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("crisis.toml", "[[rule]]", "[[rule", "is not TOML"),
        ("scope.toml", 'owner = "Product owner"', "", "meta.owner: must be a text"),
        ("scope.toml", 'id = "scope.code"', 'id = "scope.about"', "give each its own id"),
        ("attacks.toml", r"\bsystem prompts?\b", r"\bsystem (prompts?\b", "is not a regular expression"),
        ("replies.toml", "[reply.code]", "[reply.other]", "reply.code: is missing"),
        ("replies.toml", '"sorted"]', '"nobody"]', "names nobody, which is not in contacts.toml"),
        ("contacts.toml", "checked_on = 2026-11-23", 'checked_on = "soon"', "must be a date"),
        ("identifiers.toml", 'check = "nhi"', 'check = "nih"', "knows no nih"),
        ("names.toml", 'engine = ""', 'engine = "magic"', 'must be "", "spacy"'),
        ("names.toml", 'engine = ""', 'engine = "spacy"', "must name the spacy model"),
    ],
)
def test_a_spoilt_file_says_what_to_do(folder, file, old, new, message):
    """File, key and remedy stand in the error, and the service does not start on half a policy."""
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(PolicyError, match=file.replace(".", r"\.")) as caught:
        Policy.load(folder)
    assert message in str(caught.value)


def test_a_missing_file_says_so(folder):
    """A policy without its crisis rules does not load."""
    (folder / "crisis.toml").unlink()
    with pytest.raises(PolicyError, match="restore it"):
        Policy.load(folder)
