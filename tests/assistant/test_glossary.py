"""Terms in both languages, and what they add to a search."""

from __future__ import annotations

import unicodedata

import pytest

from assistant.crossing import cross
from assistant.errors import WordsError
from assistant.glossary import Standing, _term, glossary
from ingest import terms, words


def english(question: str, written: str = "mi") -> tuple[str, ...]:
    """Search keys for pages in English."""
    return cross(question, written, "mi").english


def test_there_are_enough_terms_and_each_says_where_it_was_read() -> None:
    """At least 400 terms and 50 bodies; what may be shown names its source and day."""
    held = glossary().terms
    assert len({term.te_reo.casefold() for term in held}) >= 400
    assert sum(term.kind == "agency" for term in held) >= 50
    assert all(term.source and term.read for term in held if term.standing is not Standing.UNVERIFIED)


def test_what_nobody_checked_is_never_shown() -> None:
    """A name without a source widens a search and stays out of sight."""
    assert glossary().body("Inland Revenue") == "Te Tari Taake"
    assert glossary().body("StudyLink") is None
    assert set(terms("StudyLink")) <= set(english("kei hea a Hoto Akoranga"))


@pytest.mark.parametrize(
    "spelling",
    ["tiwhikete whānautanga", "tiwhikete whanautanga", "tiwhikete whaanautanga", "tiwhikete-whänautanga",
     unicodedata.normalize("NFD", "tiwhikete whānautanga"), "tiwhiketewhānautanga"],
)  # fmt: skip
def test_a_term_is_found_however_it_is_spelt(spelling: str) -> None:
    """Macrons, none, doubled vowels, umlauts, combining marks, hyphens, joined or apart: the same meaning."""
    assert set(terms("birth certificate")) <= set(english(f"me pēhea te tono {spelling}"))


def test_joined_and_split_compounds_meet() -> None:
    """ "uru whenua" in two words is a passport too."""
    assert "passport" in english("taku uru whenua")


def test_grammar_words_make_no_compound() -> None:
    """ "ngā wā ka" holds no waka, and no term is spelt like a particle once macrons are folded."""
    assert "vehicl" not in english("e hia ngā wā ka taea")
    particles = set("te nga ki kei i e o a ko he me no ma mo na ka kia kua".split())
    content = [term for term in glossary().terms if term.kind not in {"question", "greeting"}]
    assert not [term.te_reo for term in content if "".join(words(term.te_reo)) in particles]


@pytest.mark.parametrize("form", ["tono", "tonoa", "tonohia", "tononga"])
def test_passives_and_nouns_find_their_verb(form: str) -> None:
    """A verb's endings do not hide it."""
    assert "appli" in english(f"me {form} te uruwhenua")


def test_the_longest_term_wins() -> None:
    """Council rates are not tax, although their name begins with the word for it."""
    assert "rate" in english("te tāke kaunihera")
    assert "tax" not in english("te tāke kaunihera")


def test_the_question_itself_is_always_searched() -> None:
    """Expansion adds and never replaces: the words as asked stay among the keys."""
    crossing = cross("me pēhea te whakahou uruwhenua", "mi", "mi")
    assert {"whakahou", "uruwhenua"} <= set(crossing.terms)
    assert "te" not in crossing.te_reo


def test_english_words_spelt_like_te_reo_mean_what_they_say() -> None:
    """ "take" in an English question is not a tax."""
    assert cross("how long does it take", "en", "en").english == tuple(terms("how long does it take"))


def test_a_te_reo_name_in_an_english_question_brings_the_english_one() -> None:
    """Who asks for Te Tari Taake finds Inland Revenue."""
    found = cross("How do I contact Te Tari Taake?", "en", "en")
    assert set(terms("Inland Revenue")) <= set(found.english)
    assert found.keywords.endswith("Inland Revenue")


def test_an_english_question_finds_te_reo_pages_for_a_reader_who_chose_them() -> None:
    """With te reo Māori chosen, English terms bring theirs; otherwise they do not."""
    assert "uruwhenua" in cross("renew a passport", "en", "mi").te_reo
    assert "uruwhenua" not in cross("renew a passport", "en", "en").terms


def test_a_bad_row_is_named() -> None:
    """A row that claims to be seen without a source stops the start, with its line."""
    row = {"te_reo": "a", "english": "b", "kind": "c", "standing": "seen", "source": "", "read": ""}
    with pytest.raises(WordsError, match="line 7"):
        _term(row, "line 7")


def test_words_fold_alike() -> None:
    """Umlauts and combining macrons are the same search key as the letter with its macron."""
    assert words("Mäori") == words("Māori") == words(unicodedata.normalize("NFD", "Māori")) == ["maori"]
