"""Links in answers."""

from __future__ import annotations

import pytest

from web.pages.links import at_quote, safe_href, segments

HOSTS = ["passports.govt.nz"]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Go to www.passports.govt.nz/renew.", {"www.passports.govt.nz/renew": "https://www.passports.govt.nz/renew"}),
        ("See http://passports.govt.nz.", {"http://passports.govt.nz": "https://passports.govt.nz"}),
        ("See evil.com/passports.govt.nz", {}),
        ("See passports.govt.nz.evil.com", {}),
        ("See https://passports.govt.nz@evil.com/", {}),
        ("Write to help@passports.govt.nz.", {"help@passports.govt.nz": "mailto:help@passports.govt.nz"}),
        ("Write to help@passports.govt.nz.evil.com or a@passports.govt.nz@evil.com", {}),
        ("Go to smartstart.services.govt.nz", {"smartstart.services.govt.nz": "https://smartstart.services.govt.nz"}),
        ("Go to govt.nz.evil.com, notgovt.nz or fakegovt.nz/govt.nz", {}),
        ("Phone 0800 22 50 50 now", {"0800 22 50 50": "tel:0800225050"}),
        ("From overseas: +64 4 463 9360", {"+64 4 463 9360": "tel:+6444639360"}),
        ("Call 111, or text 1737", {"111": "tel:111", "1737": "tel:1737"}),
        ("It costs $111 or 105 dollars in 2024", {}),
        ("Form IR595, reference 49 091 850", {}),
    ],
)  # fmt: skip
def test_only_trusted_addresses_and_phone_numbers_become_links(text: str, links: dict[str, str]):
    """Hosts of the sources and numbers that can be called become links; no character is lost."""
    found = list(segments(text, HOSTS))
    assert "".join(each.text for each in found) == text
    assert {each.text: each.href for each in found if each.href} == links


def test_only_web_addresses_are_followed():
    """A source with any other scheme gets no link."""
    assert safe_href("javascript:alert(1)") is None
    assert safe_href("https://local.invalid/fees.md") is None, "a file's name is no address"
    assert at_quote("data:text/html,x", "words") is None


def test_a_text_fragment_names_short_quotes_whole_and_long_ones_by_their_ends():
    """Browsers find the quote; dashes and commas, which mean something there, are encoded."""
    assert (
        at_quote("https://a.nz/", "Pay the re-newal fee, now.")
        == "https://a.nz/#:~:text=Pay%20the%20re%2Dnewal%20fee%2C%20now."
    )
    assert (
        at_quote("https://a.nz/#top", " ".join("abcdefghijkl"))
        == "https://a.nz/#top:~:text=a%20b%20c%20d%20e,h%20i%20j%20k%20l"
    )
    assert at_quote("https://a.nz/", "| One | Two | $3 |") == "https://a.nz/#:~:text=One,%243"
