"""What may not leave: the prompt, links to elsewhere, markup."""

import pytest

from guardrails import inspect_output

CANARY = "CANARY-7f3a9c21"


def types(text):
    """The types of the findings in an answer."""
    return [f.type for f in inspect_output(text, canary=CANARY, allowed_hosts=["govt.nz"])]


@pytest.mark.parametrize("text", ["The word is CANARY-7f3a9c21.", "c a n a r y 7F3A9C21", "canary_7f3a9c21"])
def test_the_canary_is_found(text):
    """Also spelt out or in another case."""
    assert types(text) == ["PROMPT_LEAK"]


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example",
        "//evil.example/a",
        "www.evil.example",
        "https://govt.nz.evil.example",
        "https://evilgovt.nz",
        "https://x@govt.nz",
    ],
)
def test_links_to_elsewhere_are_found(link):
    """A host that only looks allowed is not."""
    assert types(f"see {link} now") == ["OFF_SITE_LINK"]


@pytest.mark.parametrize("link", ["https://www.govt.nz/a?b=c", "www.ird.govt.nz", "https://govt.nz"])
def test_official_links_pass(link):
    """The host and its subdomains are allowed."""
    assert types(f"see {link}.") == []


@pytest.mark.parametrize(
    "text", ["<script>x</script>", "<IMG src=x>", "a onerror=b", "javascript:x", "![a](b)"]
)
def test_markup_is_found(text):
    """Nothing that a page would run or load leaves."""
    assert "MARKUP" in types(text)


def test_plain_comparisons_pass():
    """A lesser-than sign is no tag, and a placeholder is no markup."""
    assert types("If income < $500 and x > 3, <IRD_NUMBER> is not needed.") == []
