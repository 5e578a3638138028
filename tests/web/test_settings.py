"""Settings: all in the environment, all listed, empty means the default."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from evals import ConfigurationError
from web.main import create_app
from web.settings import Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    """No setting of the machine or of the other tests."""
    for name in os.environ:
        if name.startswith("GOVT_ASSISTANT_"):
            monkeypatch.delenv(name)


def listed():
    """The settings of the example file."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_example_lists_every_setting_and_no_other():
    """A newcomer finds each setting in one file."""
    assert {name.removeprefix("GOVT_ASSISTANT_").lower() for name in listed()} == set(Settings.model_fields)


def test_the_example_as_it_stands_changes_nothing(monkeypatch):
    """Copying the example is the same as having none."""
    plain = Settings(_env_file=None)
    for name, value in listed().items():
        monkeypatch.setenv(name, value)
    assert Settings(_env_file=None) == plain


def test_a_data_folder_of_ones_own_is_an_installation_of_ones_own(monkeypatch, tmp_path):
    """Everything that is stored lies under the data folder."""
    monkeypatch.setenv("GOVT_ASSISTANT_DATA_DIR", str(tmp_path))
    settings = Settings(_env_file=None)
    assert str(tmp_path) in settings.database
    assert settings.models.is_relative_to(tmp_path)


def test_a_secret_is_shown_by_nothing_that_shows_settings():
    """Neither what is printed of them nor what is written out holds a key, a password or a token."""
    hidden = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]
    assert {"openai_api_key", "webhook_secret", "oidc_client_secret", "certificate_key"} <= set(hidden)
    settings = Settings(**dict.fromkeys(hidden, SecretStr("hush")), _env_file=None)
    assert "hush" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    addressed = Settings(database_url="postgresql://u:hush@h/x", redis_url="redis://:hush@h", _env_file=None)
    assert "hush" not in f"{addressed!r} {addressed}"


def test_the_usual_names_of_a_models_key_and_address_are_read(monkeypatch):
    """OPENAI_API_KEY and OPENAI_BASE_URL work without a prefix, and the key is never printed."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    settings = Settings(_env_file=None)
    assert settings.openai_base_url == "http://127.0.0.1:1/v1"
    assert "sk-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("production", "owner", "starts"),
    [
        (False, "", True),
        (True, "General Manager Digital, DIA", True),
        (True, "", False),
        (True, "  ", False),
    ],
)
def test_the_public_is_served_only_where_somebody_answers_for_it(tmp_path, production, owner, starts):
    """In production the service does not start without the role that is accountable, and says what to set."""
    settings = Settings(data_dir=tmp_path, production=production, accountable_owner=owner, _env_file=None)
    if starts:
        assert create_app(settings)
        return
    with pytest.raises(ConfigurationError) as error:
        create_app(settings)
    assert "GOVT_ASSISTANT_ACCOUNTABLE_OWNER" in error.value.what_to_do
