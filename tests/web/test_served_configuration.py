"""What was evaluated can be served: the installation's settings name a configuration."""

from __future__ import annotations

import pytest

from evals import ConfigurationError
from tests.doubles import BagOfWords
from web.evaluating import named_configuration
from web.main import services
from web.settings import Settings

pytestmark = pytest.mark.anyio


def installed(tmp_path, text):
    """Settings that name a configuration of this text."""
    file = tmp_path / "mine.toml"
    file.write_text(text)
    return Settings(data_dir=tmp_path / "data", configuration=str(file), log_level="ERROR", _env_file=None)


async def test_citizens_are_answered_with_the_numbers_that_the_settings_name(tmp_path):
    """Ranking, threshold and length are those of the file; without one they are those that ship."""
    text = "[retrieval]\nk = 3\nlexical = 0.5\n[threshold]\ncut = 0.4\n[extraction]\nwords = 60\n"
    async with services(installed(tmp_path, text), BagOfWords()) as built:
        numbers = built.assistant
        assert (numbers.retrieval.k, numbers.retrieval.lexical) == (3, 0.5)
        assert (numbers.threshold.cut, numbers.extraction.words) == (0.4, 60)
    async with services(Settings(data_dir=tmp_path / "data", _env_file=None), BagOfWords()) as built:
        assert built.assistant.retrieval.k == 20


async def test_a_mistake_in_it_stops_the_start_with_its_line(tmp_path):
    """A service that ignored it would answer otherwise than was decided."""
    with pytest.raises(ConfigurationError, match=r"line 2: \[retrieval\] has no kk"):
        async with services(installed(tmp_path, "[retrieval]\nkk = 3\n"), BagOfWords()):
            pass


async def test_a_saved_configuration_is_known_to_commands_by_its_name(tmp_path):
    """What was saved in the console can be run from a terminal; an address of a model is never saved."""
    async with services(Settings(data_dir=tmp_path / "data", _env_file=None), BagOfWords()) as built:
        await built.configurations.save("mine", "[retrieval]\nk = 5", "aroha")
        assert (await named_configuration("mine", built)).parts == {"retrieval": {"k": 5}}
        assert (await named_configuration("strict", built)).name == "strict"
        with pytest.raises(ConfigurationError, match="a key would be sent there"):
            await built.configurations.save("b", '[settings]\nopenai_base_url = "http://x"', "aroha")
