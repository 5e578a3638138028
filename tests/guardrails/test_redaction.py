"""What the redactor takes out, what it leaves, and that it can be relied upon to do the same again."""

import string
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PERSONAL = [
    ("my ird number is 49091850", "<IRD_NUMBER>"),
    ("refund for 49-091-850 please", "<IRD_NUMBER>"),
    ("49091850 is my ird number", "<IRD_NUMBER>"),
    ("pay 01-0242-0100194-00", "<BANK_ACCOUNT>"),
    ("card 4111-1111-1111-1111 was charged", "<CARD_NUMBER>"),
    ("my nhi is zac5361", "<NHI_NUMBER>"),
    ("write to hemi.t+x@example.co.nz", "<EMAIL_ADDRESS>"),
    ("ring 021 123 4567", "<PHONE_NUMBER>"),
    ("ring +64 4 385 9709", "<PHONE_NUMBER>"),
    ("my passport LN123456 was stolen", "<PASSPORT_NUMBER>"),
    ("driver licence ab654321", "<DRIVER_LICENCE>"),
    ("licence AB654321 version 123", "<DRIVER_LICENCE> version <DRIVER_LICENCE>"),
    ("my winz client number is 123 456 789", "<CLIENT_NUMBER>"),
    ("nsn 1234567890 for ncea", "<STUDENT_NUMBER>"),
    ("rego abc123 has run out", "<VEHICLE_PLATE>"),
    ("i live at 12a queen street", "<ADDRESS>"),
    ("send it to PO Box 2526", "<ADDRESS>"),
    ("i was born 12 march 1985", "<DATE_OF_BIRTH>"),
    ("login from 203.0.113.7 failed", "<IP_ADDRESS>"),
    ("my visa application number is 77aa-3391", "<REFERENCE_NUMBER>"),
    ("what is 123456789 about", "<NUMBER>"),
    ("my name is xiaomeng zhao", "<PERSON>"),
    ("ko Hinewai Tamihana tōku ingoa", "<PERSON>"),
]

PUBLIC = [
    "call 0800 559 009 or 0508 326 459",
    "dial 111, 105 or text 1737",
    "form IR330, IR 3 and INZ 1017 under the Act 1986",
    "it costs $215.00, or $12345678 for a ship",
    "the NZBN is 9429040402543",
    "born on or after 1 July 2018",
    "booklet SED1000 or course SHS001",
    "section 4.2.1.3 and 09:30-16:30",
    "a 3 month drive permit",
    "what is the name of the minister",
    "ngāti porou and arthur's pass",
    "aroha mai, kei hea taku utu",
]


@pytest.mark.parametrize(("text", "wanted"), PERSONAL)
def test_personal_information_is_taken_out(redactor, text, wanted):
    """Each kind of identifier is replaced by its type, with and without capitals."""
    assert wanted in redactor.redact(text).text


@pytest.mark.parametrize("text", PUBLIC)
def test_public_information_stays(redactor, text):
    """Agency numbers, forms, Acts, fees, dates and places are nobody's secret."""
    assert redactor.redact(text).text == text


def test_findings_point_at_the_spans_and_carry_no_text(redactor):
    """Offsets are code points of the input, also after a macron and an emoji."""
    text = "Kia ora 🙂 ā, my ird is 49091850."
    (finding,) = redactor.redact(text).findings
    assert text[finding.start : finding.end] == "49091850"
    assert "49091850" not in repr(finding)


def test_the_nearer_label_names_the_number(redactor):
    """Between a passport and a licence of the same shape, the label beside the number decides."""
    text = redactor.redact("passport LN123456, driver licence AB654321").text
    assert text == "passport <PASSPORT_NUMBER>, driver licence <DRIVER_LICENCE>"


def test_a_mistyped_number_with_its_label_goes_too(redactor):
    """A tax number with a slip in it still belongs to somebody."""
    assert redactor.redact("my ird number is 49-091-851").text == "my ird number is <IRD_NUMBER>"


def test_what_stands_in_a_passage_is_kept(redactor):
    """An agency's own telephone number and box stay, however they are spaced; another number does not."""
    passage = "Ring (04) 385-9709 or write to PO Box 2526."
    answer = "Ring 04 385 9709, PO Box 2526, not 04 385 9708."
    kept = redactor.redact(answer, allow=[passage]).text
    assert kept == "Ring 04 385 9709, PO Box 2526, not <PHONE_NUMBER>."


def test_a_private_number_is_not_kept_by_a_passage_that_contains_its_digits_apart(redactor):
    """Digits must form one number in the passage."""
    redacted = redactor.redact("ring 021 123 4567", allow=["021 is a prefix; 1234567 is a form"]).text
    assert redacted == "ring <PHONE_NUMBER>"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([text for text, _ in PERSONAL] + PUBLIC), min_size=1, max_size=4))
def test_redacting_twice_changes_nothing(redactor, texts):
    """Redaction is idempotent, whatever stands beside whatever."""
    once = redactor.redact(", ".join(texts)).text
    assert redactor.redact(once).text == once


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=string.printable + "āēīōūĀ’@🙂\u200b", max_size=80))
def test_any_text_can_be_redacted(redactor, text):
    """No text makes it fail, and its findings lie inside the text, in order, apart from each other."""
    findings = redactor.redact(text).findings
    edges = [edge for finding in findings for edge in (finding.start, finding.end)]
    assert edges == sorted(edges)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in findings)


def test_threads_may_share_a_redactor(redactor):
    """The same texts give the same results from eight threads at once."""
    texts = [text for text, _ in PERSONAL] * 4
    alone = [redactor.redact(text).text for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: redactor.redact(text).text, texts)) == alone
