"""Check digits of New Zealand identifiers."""

import pytest

from guardrails.check_digits import is_bank_account, is_card, is_ird, is_nhi, is_public_number


@pytest.mark.parametrize("code", ["ZBN77VL", "ZZZ00AC", "ZDR69YX", "ZSC21TN", "ZAC5361", "zac5361"])
def test_valid_health_numbers_pass(code):
    """Health numbers of both forms pass, in either case."""
    assert is_nhi(code)


@pytest.mark.parametrize("code", ["ZAD96LT", "ZAC5362", "ZIO1234", "ZAC536", "ZBN77VA", ""])
def test_invalid_health_numbers_fail(code):
    """A wrong check digit, the letters I and O, another length and the modulus 24 of some guides fail."""
    assert not is_nhi(code)


def test_tax_numbers_are_read_with_any_separator():
    """Dashes and spaces make no difference to a tax number; another last digit does."""
    assert all(map(is_ird, ["49-091-850", "49 091 850", "049091850"]))
    assert not is_ird("49-091-851")


def test_a_bank_account_needs_a_branch_that_exists():
    """A known branch with a right check digit passes; a changed base fails."""
    assert is_bank_account("01-0242-0100194-00")
    assert not is_bank_account("01-0242-0100195-00")


def test_a_card_is_not_one_digit_repeated():
    """The usual test card passes, a row of zeros does not, though Luhn would allow it."""
    assert is_card("4111 1111 1111 1111")
    assert not is_card("0000000000000000")


def test_business_and_book_numbers_are_public():
    """A business number and an ISBN may be known to anybody; thirteen other digits may not."""
    assert all(map(is_public_number, ["9429040402543", "9780143007975"]))
    assert not is_public_number("1234567890123")
