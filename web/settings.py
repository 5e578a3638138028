"""Every setting, read from the environment in one place.

Names in the environment carry the prefix GOVT_ASSISTANT_; `.env.example` lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant import CHECK_SECONDS
from evals import ConfigurationError

if TYPE_CHECKING:
    from evals import Configuration


@dataclass(frozen=True, slots=True)
class Form:
    """How an address begins, and what one looks like."""

    schemes: tuple[str, ...]
    example: str


ADDRESSES = {
    "database_url": Form(("postgresql", "postgres://", "sqlite"), "postgresql://USER:PASSWORD@HOST/NAME"),
    "chroma_url": Form(("http://", "https://"), "http://HOST:8000"),
    "redis_url": Form(("redis://", "rediss://", "unix://"), "redis://HOST:6379/0"),
}

CORRECT = "Correct it in the environment or in .env; .env.example lists every setting."


class Settings(BaseSettings):
    """The installation's configuration; a different data folder is a different installation."""

    model_config = SettingsConfigDict(
        env_prefix="GOVT_ASSISTANT_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        use_attribute_docstrings=True,
        populate_by_name=True,
        hide_input_in_errors=True,  # it may be an address with a password
    )

    data_dir: Path = Path("data")
    """Folder of everything that is stored: database, vectors, exported model."""

    models_dir: Path | None = None
    """Folder of the exported embedding model; by default in the data folder."""

    production: bool = False
    """Whether the public is served: then the service starts only where an accountable owner is named."""

    accountable_owner: str = ""
    """Role and agency that answer for what this service says, such as: General Manager Digital, DIA."""

    host: str = "127.0.0.1"
    """Address to serve on."""

    port: int = Field(default=8000, ge=0, le=65535)
    """Port to serve on."""

    database_url: str | None = Field(default=None, repr=False)
    """Database, as a SQLAlchemy address; by default SQLite in the data folder."""

    chroma_url: str | None = None
    """A Chroma server, such as http://chroma:8000; by default Chroma in the data folder."""

    redis_url: str | None = Field(default=None, repr=False)
    """A Redis server, such as redis://redis:6379/0, on which replicas count together; else each alone."""

    embedding_model: str | None = None
    """Folder or name of a sentence-transformers model; by default the packaged all-MiniLM-L6-v2."""

    reranker_model: str | None = None
    """Folder or name of a cross-encoder of sentence-transformers that reads the best pages again; by default
    none. It takes a few hundred milliseconds a question and needs PyTorch in the serving process."""

    configuration: str | None = None
    """Numbers of retrieval and extraction to answer with, by the name or file of a configuration that was
    evaluated (`eval configurations`); by default those that ship."""

    threshold_file: Path | None = None
    """When to decline, written by `eval calibrate --out`; by default as fitted to the packaged model."""

    allowed_hosts: str = "govt.nz"
    """Hosts that pages may be fetched from, separated by commas; each includes its subdomains."""

    allow_private_addresses: bool = False
    """Fetch from private network addresses too: for an intranet or a test server."""

    ingest_policy: Path | None = None
    """File of the policy on versions, checks and ages of pages; by default the one that ships."""

    refresh_minutes: float = Field(default=30.0, ge=0)
    """How often the service looks for web pages that are due to be read again; 0 is never."""

    conversation_hours: float = Field(default=2.0, gt=0)
    """How long after its last question a conversation is kept."""

    embed_origins: str = ""
    """Origins of pages that may embed the assistant, such as https://www.govt.nz, separated by commas."""

    feedback_days: float = Field(default=90.0, gt=0)
    """How long feedback on answers is kept."""

    share_days: float = Field(default=30.0, gt=0)
    """How long an answer that somebody shared by link is kept."""

    job_days: float = Field(default=90.0, gt=0)
    """How long jobs that are over, and their logs, are kept."""

    openai_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("GOVT_ASSISTANT_OPENAI_API_KEY", "OPENAI_API_KEY")
    )
    """Key of an OpenAI-compatible endpoint; also read from OPENAI_API_KEY."""

    openai_base_url: str | None = Field(
        default=None, validation_alias=AliasChoices("GOVT_ASSISTANT_OPENAI_BASE_URL", "OPENAI_BASE_URL")
    )
    """Address of an OpenAI-compatible endpoint; also read from OPENAI_BASE_URL."""

    model: str | None = None
    """Name of the chat model. Without it answers are extractive: the pages' own words."""

    model_region: str = ""
    """Country in which the chat model runs, such as nz; empty: undeclared."""

    te_reo_regions: str = "nz"
    """Regions in which a model may be given questions in te reo Māori, separated by commas."""

    te_reo_only_reviewed: bool = False
    """Show no words in te reo Māori that no fluent speaker has reviewed: English instead."""

    model_timeout: float = Field(default=20.0, gt=0)
    """Seconds that the chat model may take for a whole answer."""

    model_tokens_per_day: int = Field(default=2_000_000, gt=0)
    """Tokens that the chat model may use a day; then answers are the pages' own words."""

    requests_per_minute: int = Field(default=60, gt=0)
    """Questions that one address may ask a minute."""

    session_requests_per_minute: int = Field(default=30, gt=0)
    """Questions that one conversation may hold a minute."""

    key_requests_per_minute: int = Field(default=600, gt=0)
    """Questions a minute with one API key, in place of its address's; a key may have a number of its own."""

    challenge: Literal["off", "auto", "always"] = "off"
    """Ask work of each question without a key: never, while one network asks very much, or always."""

    challenge_multiple: int = Field(default=10, gt=0)
    """Of one address's limit, what one network (/24, for IPv6 /48) may ask a minute before work is asked."""

    challenge_secret: SecretStr = SecretStr("")
    """Secret that tasks are signed with; the same for all replicas. By default one process makes its own."""

    request_bytes: int = Field(default=5_000_000, gt=0)
    """Bytes that the body of a request may have."""

    questions_at_once: int = Field(default=16, gt=0)
    """Questions that one process works on at once."""

    questions_waiting: int = Field(default=64, ge=0)
    """Questions that may wait for that; the next is told when to come back."""

    check_seconds: float = Field(default=CHECK_SECONDS, ge=0.1, le=60)
    """How long one check of a question or an answer may take before it counts as failed: nothing is shown."""

    units_ahead: bool = True
    """Whether a version of more than 1,000 pages gets vectors of its sentences in the background, while
    nobody asks: 50 KB of disk a page, and the first question about one takes hardly longer than the next."""

    answer_cache_minutes: float = Field(default=10.0, ge=0)
    """How long an answer is given again to the same question; 0: each is answered anew."""

    answer_cache_size: int = Field(default=1_000, gt=0)
    """Answers that one process keeps for that; on a Redis server its own limit counts."""

    turns: int = Field(default=40, gt=0)
    """Questions that one conversation may hold."""

    public_url: str | None = None
    """Address that people reach the service by, such as https://ask.example.nz; needed behind a proxy."""

    session_hours: float = Field(default=8.0, gt=0)
    """How long a sign-in to the console lasts at the most."""

    session_idle_minutes: float = Field(default=30.0, gt=0)
    """After how many minutes without a request a sign-in to the console ends."""

    oidc_issuer: str | None = None
    """Address of an OpenID Connect provider to sign in with; empty: keys only."""

    oidc_client_id: str = ""
    """Identifier of this service at the provider."""

    oidc_client_secret: SecretStr = SecretStr("")
    """Secret of this service at the provider."""

    oidc_label: str = "your organisation's account"
    """Name of the provider on the sign-in page."""

    oidc_name_claim: str = "preferred_username"
    """Claim that names the person in the audit trail."""

    oidc_roles_claim: str = "groups"
    """Claim that holds the person's groups or roles."""

    oidc_roles: str = "editors=editor,evaluators=evaluator,admins=admin"
    """Which group gives which role, separated by commas."""

    check_suites: str = ""
    """Suites, by name or file, whose questions are checked before publishing; empty: all that ship."""

    webhook_secret: SecretStr = SecretStr("")
    """Secret that a content system signs its messages with; empty: no messages are taken."""

    webhook_publishes: bool = False
    """Publish what a content system changes by itself where the check of its answers passes."""

    question_days: float = Field(default=30.0, ge=0)
    """Days that a count of a redacted question is kept after it was last asked; 0: none is kept."""

    certificate_key: SecretStr | None = None
    """Ed25519 private key (PEM) that signs certificates; by default one is made in the data folder."""

    price_per_1000_tokens: float = Field(default=0.0, ge=0)
    """New Zealand dollars that 1,000 tokens of the chat model cost, for the cost of an answer."""

    judge_model: str | None = None
    """Name of a chat model that scores answers in evaluations, at the same endpoint; it advises only."""

    judge_repeats: int = Field(default=3, ge=1, le=10)
    """How often the judge is asked about each answer."""

    gate_policy: Path | None = None
    """Policy of the evaluation gate, as TOML; by default the one that is shipped."""

    worker: bool = True
    """Do jobs, refresh pages and delete what has expired in this process; false in all replicas but one."""

    otlp_endpoint: str | None = None
    """Where traces are sent (OTLP over gRPC), such as http://collector:4317; by default nowhere."""

    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""

    @field_validator(*ADDRESSES)
    @classmethod
    def _is_an_address(cls, given: str | None, asked: ValidationInfo) -> str | None:
        form = ADDRESSES[asked.field_name or ""]
        if given and not given.startswith(form.schemes):
            raise ValueError(f"it is written as {form.example}")
        return given

    @property
    def database(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.resolve() / 'assistant.db'}"

    @property
    def site(self) -> str:
        """The address that records' pages are given."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def models(self) -> Path:
        """The folder of the exported embedding model."""
        return self.models_dir or self.data_dir / "models"

    @property
    def oidc_groups(self) -> dict[str, str]:
        """Roles by the provider's groups."""
        pairs = (pair.partition("=") for pair in self.oidc_roles.split(",") if pair.strip())
        return {group.strip(): role.strip() for group, _, role in pairs}

    @property
    def suites(self) -> tuple[str, ...]:
        """The suites that are checked before publishing; none for all that ship."""
        return tuple(name.strip() for name in self.check_suites.split(",") if name.strip())

    @property
    def embeds(self) -> tuple[str, ...]:
        """The origins that may embed the assistant."""
        return tuple(each.strip().rstrip("/") for each in self.embed_origins.split(",") if each.strip())

    @property
    def hosts(self) -> tuple[str, ...]:
        """The allowed hosts."""
        return tuple(host.strip() for host in self.allowed_hosts.split(",") if host.strip())


def what_is_wrong(error: ValidationError) -> str:
    """Each setting that is wrong by its name in the environment, and how; never its value."""
    prefix = str(Settings.model_config.get("env_prefix"))
    found = []
    for each in error.errors(include_url=False, include_input=False, include_context=False):
        name = ".".join(map(str, each["loc"])).upper()
        name = name if name.startswith(("OPENAI_", prefix)) else f"{prefix}{name}"
        found.append(f"{name}: {each['msg'].removeprefix('Value error, ')}")
    return "; ".join(found)


def require_owner(settings: Settings) -> None:
    """Raises `ConfigurationError` where the public would be served and nobody is named who answers for it."""
    if settings.production and not settings.accountable_owner.strip():
        raise ConfigurationError(
            "no accountable owner is named, and GOVT_ASSISTANT_PRODUCTION is true",
            what_to_do="Set GOVT_ASSISTANT_ACCOUNTABLE_OWNER to the role and agency that answer for it.",
        )


def require_shared_secret(settings: Settings) -> None:
    """Raises `ConfigurationError` where replicas would not accept each other's tasks."""
    secret = settings.challenge_secret.get_secret_value()
    if settings.challenge != "off" and settings.redis_url and not secret:
        raise ConfigurationError(
            "replicas share a Redis server and GOVT_ASSISTANT_CHALLENGE is on, but they share no secret",
            what_to_do="Set GOVT_ASSISTANT_CHALLENGE_SECRET to the same long random text on all of them.",
        )


def varied_settings(settings: Settings, configuration: Configuration) -> Settings:
    """`settings` with what `configuration` changes: the model, never where things are stored."""
    changes = {name: value or None for name, value in configuration.settings.items()}
    return settings.model_copy(update=changes) if changes else settings
