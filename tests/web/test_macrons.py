"""A long vowel survives every layer, as one letter (NFC) or as a letter with a combining mark (NFD)."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from sqlalchemy import text

from assistant import Answer, Outcome, Sentence, SentenceKind
from assistant.programme import load_catalogue
from assistant.programme.exchange import export_csv, read_rows
from evals.interchange import read_suite, write_suite
from evals.suite import Case
from evals.te_reo import SPELLINGS
from ingest import Origin, sync, terms
from ingest.units import outline
from tests.doubles import Pages
from tests.doubles import page as page_of
from web.logs import configure_logging
from web.main import now
from web.pages.links import at_quote

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient

few = settings(
    max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
FORMS = ("NFC", "NFD")
QUESTION = "He aha te roa o te raihana taraiwa mō ngā kaumātua?"
ANSWER = TypeAdapter(Answer)

_SYLLABLE = st.builds(
    str.__add__,
    st.sampled_from(["", *"hkmnprtw", "ng", "wh"]),
    st.sampled_from("aeiouāēīōū"),
)
WORD = st.lists(_SYLLABLE, min_size=2, max_size=6).map("".join)
"""Words as te reo Māori could spell them."""
SENTENCE = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
FORM = st.sampled_from(FORMS)


def written(form: str, said: str) -> str:
    """The words in one form of Unicode."""
    return unicodedata.normalize(form, said)  # type: ignore[arg-type]


@few
@given(WORD)
def test_every_spelling_of_a_word_is_one_search_key(word: str) -> None:
    """With macrons, without, with doubled vowels, umlauts or combining marks: the same key."""
    keys = {tuple(terms(spell(word))) for spell in SPELLINGS.values()}
    assert len(keys) == 1


@few
@given(st.lists(SENTENCE, min_size=1, max_size=4), FORM)
def test_units_of_a_page_are_its_own_bytes(sentences: list[str], form: str) -> None:
    """What is quoted is cut out of the page as it is, whichever form the page is in."""
    source = written(form, "\n\n".join(f"{each.capitalize()}." for each in sentences))
    found = page_of("whārangi", source)
    for unit in outline(found).units:
        quoted = found.text[unit.unit.start : unit.unit.end]
        assert quoted and quoted.encode() in source.encode()


@few
@given(SENTENCE, FORM)
def test_an_answer_comes_back_from_json_as_it_went(said: str, form: str) -> None:
    """Escaped or not, JSON gives every code point back."""
    given_words = written(form, said)
    sentence = Sentence(given_words, SentenceKind.SENTENCE, (), heading=given_words, language="mi")
    before = Answer("a", Outcome.ANSWERED, "mi", given_words, (sentence,), (), question=given_words)
    for ascii_only in (True, False):
        sent = json.dumps(ANSWER.dump_python(before, mode="json"), ensure_ascii=ascii_only)
        assert ANSWER.validate_python(json.loads(sent)) == before


@few
@given(SENTENCE, FORM)
def test_a_suite_comes_back_from_csv_as_it_went(tmp_path_factory, said: str, form: str) -> None:
    """Questions and facts that went out to a spreadsheet and back are the same, code point by code point."""
    file: Path = tmp_path_factory.mktemp("csv") / "pātai.csv"
    case = Case(id="c", question=written(form, said), facts=(written(form, said),), pages=("mi/whārangi",))
    write_suite("csv", [case], file)
    (again,) = read_suite("csv", file)
    assert (again.question, again.facts, again.pages) == (case.question, case.facts, case.pages)


@pytest.mark.parametrize("form", FORMS)
def test_records_come_back_from_csv_as_they_went(form: str) -> None:
    """An agency's record with macrons in its title, exported and read again, is the same."""
    kind = next(each for each in load_catalogue().kinds.values() if each.public)
    title = written(form, "Tūmataiti o ngā raraunga")
    record = _Row({kind.title_field: title})
    (row,) = read_rows(export_csv([record], kind, internal=True).encode(), kind)  # type: ignore[list-item]
    assert row[kind.title_field] == title


class _Row:
    """As much of a record as an export reads."""

    slug, state = "tumataiti", "published"

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values


@few
@given(SENTENCE, FORM)
def test_an_address_with_macrons_leads_to_the_words(said: str, form: str) -> None:
    """The link to a quote, percent-encoded, gives back the words that a browser looks for on the page."""
    words = written(form, said)
    href = at_quote("https://www.govt.nz/āwhina/", words)
    assert href is not None
    assert href.isascii() or "āwhina" in href
    assert unquote(href.partition(":~:text=")[2]).split(",")[0].split()[0] in words


@pytest.mark.parametrize("form", FORMS)
def test_a_log_line_holds_its_macrons(form: str, capsys) -> None:
    """A line of the log is JSON that gives the name back whole."""
    configure_logging("INFO")
    name = written(form, "Te Kāwanatanga o Aotearoa")
    structlog.get_logger().info("page.read", agency=name)
    assert json.loads(capsys.readouterr().err.splitlines()[-1])["agency"] == name


@pytest.mark.parametrize("form", FORMS)
def test_a_question_is_kept_composed_and_whole(client: TestClient, form: str) -> None:
    """Answer, conversation, database, transcript and shared page give the question back with its macrons."""
    asked = client.post("/v1/answers", json={"question": written(form, QUESTION)}).json()
    assert asked["question"] == QUESTION
    kept = client.get(f"/v1/conversations/{asked['conversation_id']}").json()
    assert QUESTION in json.dumps(kept, ensure_ascii=False)
    stored = client.portal.call(_stored, client.app.state.services)  # type: ignore[attr-defined, union-attr]
    assert any(QUESTION in row or json.dumps(QUESTION)[1:-1] in row for row in stored)
    named = {"conversation_id": asked["conversation_id"], "answer_id": asked["id"], "lang": "mi"}
    transcript = client.post("/transcript/download", data=named)
    assert QUESTION in transcript.content.decode("utf-8")
    link = re.search(r'href="(http[^"]+/shared/[^"]+)"', client.post("/share", data=named).text)
    assert link is not None
    assert QUESTION in client.get(link[1].partition("//")[2].partition("/")[2].join(("/", ""))).text


async def _stored(built) -> list[str]:
    """Every text that the database keeps of conversations."""
    async with built.engine.connect() as connection:
        rows = await connection.execute(text("SELECT * FROM receipts"))
        return [" ".join(map(str, row)) for row in rows]


@pytest.mark.parametrize("form", FORMS)
def test_a_page_in_either_form_is_found_and_quoted_in_its_own(empty: TestClient, form: str) -> None:
    """A page whose address and words hold macrons is found by any spelling; its quote keeps its own bytes."""
    words = written(form, "Ka utua te penihana ki ngā kaumātua ia rua wiki.")
    url = "https://www.govt.nz/āwhina/penihana-kaumātua/"
    shown = replace(page_of("penihana", words, language="mi", origin=Origin.SOURCE), url=url)
    index = empty.app.state.services.index  # type: ignore[attr-defined]
    empty.portal.call(lambda: sync(Pages([shown]), index, now=now))  # type: ignore[union-attr]
    for spell in SPELLINGS.values():
        question = spell("āhea ka utua te penihana ki ngā kaumātua")
        given_answer = empty.post("/v1/answers", json={"question": question}).json()
        (citation,) = given_answer["sentences"][0]["citations"]
        assert citation["quote"] == words
        assert citation["url"] == url
        looked_up = empty.get(f"/v1/citations/{citation['id']}").json()
        assert looked_up["quote"] == words
        assert words in empty.get(f"/citations/{citation['id']}?lang=mi").text
