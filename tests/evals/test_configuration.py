"""Configurations: what may be varied, what is told of a mistake, and that each number is felt."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import ExtractiveComposer, Length
from evals import (
    SERVED,
    Case,
    Order,
    Suite,
    configuration_schema,
    configured,
    load_configuration,
    parse_configuration,
    run,
    subject_of,
)
from evals.configuration import CONFIGURATIONS
from evals.errors import ConfigurationError

pytestmark = pytest.mark.anyio

SHIPPED = sorted(each.stem for each in CONFIGURATIONS.glob("*.toml"))


async def asked(text, suite, small, runs):
    """Trials under the configuration that `text` is."""
    subject = await subject_of(small, parse_configuration("mine", text))
    number = await run(Order(suite), subject, runs)
    return (await runs.run(number)).asked, await runs.trials(number)


async def test_k_weights_threshold_and_length_each_change_what_is_measured(small, runs):
    """Each section reaches the part it names, and an answer under another number is asked anew."""
    suite = Suite("two", (Case(id="two", question="what does a kayak permit or a dog licence cost"),))
    count, served = await asked("", suite, small, runs)
    assert count == 1 and max(len(each.asked.ranked) for each in served) > 1
    count, few = await asked("[retrieval]\nk = 1", suite, small, runs)
    assert count == 1 and max(len(each.asked.ranked) for each in few) == 1
    _, by_words = await asked("[retrieval]\ndense = 0.0\nunit = 0.0", suite, small, runs)
    assert [each.asked.ranked for each in by_words] != [each.asked.ranked for each in served]
    _, declined = await asked("[threshold]\ncut = 1.0", suite, small, runs)
    assert not any(each.answered for each in declined)
    _, long = await asked("[extraction]\nenough = 1.0\nleast = 0.0", suite, small, runs)
    assert len(long[0].answer.sentences) > len(served[0].answer.sentences)


async def test_what_is_served_with_a_number_and_a_configuration_that_names_it_share_their_answers(
    suite, small, runs
):
    """The key of an answer holds the numbers themselves, wherever they come from."""
    await asked("[retrieval]\nk = 7", suite, small, runs)
    tuned = configured(small, parse_configuration("mine", "[retrieval]\nk = 7"))
    number = await run(Order(suite), await subject_of(tuned), runs)
    assert (await runs.run(number)).asked == 0
    other = replace(small, composers=(ExtractiveComposer(Length(words=10)),))
    assert (await subject_of(other)).basis != (await subject_of(small)).basis


@pytest.mark.parametrize("name", SHIPPED)
async def test_a_shipped_configuration_changes_a_number(small, name):
    """An example that repeats what is served would measure nothing."""
    found = load_configuration(name)
    assert (found.name, bool(found.note)) == (name, True)
    for section, part in configured(small, found).tuned.items():
        for key in found.parts.get(section, {}):
            assert getattr(part, key) != getattr(small.tuned[section], key), key
    assert (await subject_of(small, found)).basis != (await subject_of(small)).basis


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[thresholds]\ncut = 1.0", "line 1: there is no thresholds here; there are .*threshold, retrieval"),
        ("cut = 1", "line 1: there is no cut here"),
        ("\n[threshold]\ncutt = 1.0", r"line 3: \[threshold\] has no cutt; it has cut"),
        ("[retrieval]\ndense = 0.5\nlexicon = 1", r"line 3: \[retrieval\] has no lexicon; it has k, dense"),
        ('[threshold]\ncut = "1"', "line 2: .* cut is '1': input should be a valid number"),
        ("[threshold]\ncut = 1.5", "line 2: .* cut is 1.5: input should be less than or equal to 1"),
        ("[retrieval]\nk = 0\n[extraction]\nwords = -1", "line 2: .* k is 0: .*; line 4: .* words is -1"),
        ("[retrieval]\ndense = nan", "line 2: .* dense is nan"),
        ('[prompts]\nen = "Be kind."', "line 2: .* needs one {{canary}}"),
        ("[threshold", "mine: "),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_could_stand_there(text, told):
    """A misspelt number would otherwise measure nothing."""
    with pytest.raises(ConfigurationError, match=told):
        parse_configuration("mine", text)


async def test_prompts_without_a_model_are_refused(small):
    """Nobody would be given them."""
    found = parse_configuration("mine", '[prompts]\nen = "Be kind. {{canary}}"')
    with pytest.raises(ConfigurationError, match="no model"):
        configured(small, found)


def test_an_unknown_configuration_is_told_with_those_that_there_are():
    """The names can be copied from the message."""
    with pytest.raises(ConfigurationError) as told:
        load_configuration("strickt")
    assert all(name in told.value.what_to_do for name in SHIPPED)


def test_the_name_of_a_configuration_changes_nothing():
    """Equal changes are equal configurations, so their answers are shared."""
    one, two = (parse_configuration(name, "[threshold]\ncut = 0.3") for name in ("a", "b"))
    assert one.digest == two.digest != SERVED.digest


def test_the_published_schema_is_the_one_that_is_checked():
    """Editors that check as one types say the same as the command."""
    published = json.loads((Path(CONFIGURATIONS) / "configuration.schema.json").read_text(encoding="utf-8"))
    assert published == configuration_schema()
