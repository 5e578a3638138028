"""A second reading of the best pages: what it changes, and what its failing costs."""

from __future__ import annotations

import numpy as np
import pytest
from sentence_transformers import CrossEncoder
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from assistant import Assistant, CrossEncoderReranker, Final, Guards, Question, RerankerError, answer
from assistant.rerank import read_again
from assistant.retrieve import retrieve
from assistant.scoring import Mix
from assistant.threshold import default_threshold
from guardrails import Policy, Redactor
from ingest import sync
from tests.doubles import BagOfWords, Pages, page
from tests.snapshots import ask, snapshot

pytestmark = pytest.mark.anyio

QUESTION = "how much does it cost"


class Prefers:
    """A reranker that likes passages with a word."""

    name = "prefers"

    def __init__(self, word):
        self.word, self.read = word, []

    def scores(self, question, passages):
        self.read.append((question, tuple(passages)))
        return np.array([float(self.word in each.casefold()) for each in passages], dtype=np.float32)


class Broken:
    """A reranker whose model fails."""

    name = "broken"

    def scores(self, question, passages):
        raise RerankerError("out of memory")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A cross-encoder, untrained and tiny, as somebody could have downloaded one."""
    at = tmp_path_factory.mktemp("reranker")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "dog", "passport", "cost", "fee"]
    (at / "vocab.txt").write_text("\n".join(words))
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    model = BertForSequenceClassification(BertConfig(vocab_size=len(words), num_labels=1, **sizes))
    model.save_pretrained(at)
    BertTokenizerFast(str(at / "vocab.txt")).save_pretrained(at)
    assert CrossEncoder(str(at), device="cpu", local_files_only=True)
    return at


def test_a_cross_encoder_in_a_folder_gives_each_passage_a_number(folder):
    """From 0 to 1, as it is; a model that is not there is named with what to do."""
    found = CrossEncoderReranker(str(folder)).scores("cost of a dog", ["the fee", "a passport", ""])
    assert found.shape == (3,)
    assert ((found > 0) & (found < 1)).all()
    with pytest.raises(RerankerError) as raised:
        CrossEncoderReranker(str(folder / "none"))
    assert "GOVT_ASSISTANT_RERANKER_MODEL" in raised.value.what_to_do


def test_pages_change_places_and_keep_the_scores_that_others_go_by():
    """The page that the second reading prefers comes first, with the first place's score."""
    understood = ask(QUESTION).understood
    before = ask(QUESTION).pages
    last = before[-1].page
    prefers = Prefers(last.page.title.casefold())
    found = retrieve(
        understood,
        snapshot(),
        BagOfWords(),
        threshold=default_threshold(),
        mix=Mix(reranker=0.7),
        reranker=prefers,
    ).pages
    assert found[0].page.id == last.id
    assert [each.score for each in found] == [each.score for each in before]
    assert prefers.read[0][0] == QUESTION


def test_a_reading_that_counts_nothing_changes_nothing():
    """The share decides between the two orders."""
    fused = np.array([0.9, 0.5, 0.4, 0.1], dtype=np.float32)
    texts = ["a", "b", "dog", "d"]
    assert (read_again(fused, [0, 1, 2, 3], "q", texts, Prefers("dog"), 0.0) == fused).all()
    assert read_again(fused, [0, 1, 2, 3], "q", texts, Prefers("dog"), 1.0).argmax() == 2


async def test_a_reranker_that_fails_costs_no_answer(index, now):
    """The pages keep their order and the citizen gets the answer."""
    await sync(Pages([page("passport", "A passport costs $100.")]), index, now=now)
    policy = Policy.load()
    assistant = Assistant(index=index, guards=Guards(Redactor(policy), policy), reranker=Broken())
    events = [event async for event in answer(Question("How much does a passport cost?"), assistant)]
    assert isinstance(events[-1], Final)
    assert [each.text for each in events[-1].answer.sentences] == ["A passport costs $100."]
