"""Names of people: with a cue, as a pair, in lower case; and words that only look like names."""

import pytest


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("hi im john smith from hamilton", "hi im <PERSON> from hamilton"),
        ("my husband tevita lost his job", "my husband <PERSON> lost his job"),
        ("Can Mark Young apply", "Can <PERSON> apply"),
        ("regards, Priya Raman", "regards, <PERSON>"),
        ("ko hemi ahau", "ko <PERSON> ahau"),
        ("i want to change my name to zephyr quillan", "i want to change my name to <PERSON>"),
        ("my kids tama and mere need school", "my kids <PERSON> and <PERSON> need school"),
        ("MY NAME IS AROHA NGATA", "MY NAME IS <PERSON>"),
        ("Mele's benefit: spoke to Mele Fotu", "Mele's benefit: spoke to <PERSON>"),
        ("the applicant is Ngaire Te Hau", "the applicant is <PERSON>"),
    ],
)
def test_names_are_found(redactor, text, redacted):
    """A cue, a first with a last name, or words of kinship give a name away."""
    assert redactor.redact(text).text == redacted


@pytest.mark.parametrize(
    "text",
    [
        "my husband works full time",
        "my partner dosnt work can i get jobseeker",
        "my name is spelled wrong on my passport",
        "i am single and pregnant",
        "im kiwi living overseas",
        "the Grant of probate",
        "where is Nelson Hospital and Russell Street",
        "Hato Hone St John ambulance cost",
        "Te Whatu Ora and Oranga Tamariki",
        "may i get the winter energy payment in april",
    ],
)
def test_other_words_are_not_names(redactor, text):
    """Places, agencies, months, benefits, ordinary words and slips of the pen stay."""
    assert redactor.redact(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "kei hea te wāhi rēhita tuihono mō taku pēpi hou",
        "kei hea te waahi reehita tuihono moo taku peepi hou",
        "e hia te roa i mua i te whakamatautau mo te restricted licence",
        "Kāore aku moni mō te kai, he tahua kai kei a wai?",
        "E hia hāora of OSCAR Subsidy i ngā hararei kura?",
    ],
)
def test_ordinary_words_of_te_reo_are_not_names(redactor, text):
    """Words of a question in te reo Māori stay, with macrons, without them or with doubled vowels."""
    assert redactor.redact(text).text == text
