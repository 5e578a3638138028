"""What others run and the service asks or tells: `doctor` alone looks, as each look is a request to them.

No question is sent, no token is spent, and the keys go where they go anyway.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.chat_model import OPENAI
from web.observing.checks import PATIENCE, Unwell

if TYPE_CHECKING:
    from web.dependencies import Parts

OWN_WORDS = "answers are the pages' own words"
SHOWN = 5
"""Names of models that are offered instead."""


async def check_model(built: Parts) -> str:
    """Whether the endpoint answers, takes the key and offers the model (GET /models of OpenAI's protocol)."""
    settings = built.settings
    if not settings.model:
        return f"none: {OWN_WORDS}"
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    base = (settings.openai_base_url or OPENAI).rstrip("/")
    status, told = await _asked(
        f"{base}/models",
        f"The model's endpoint cannot be reached; {OWN_WORDS}.",
        "Start it, or correct OPENAI_BASE_URL. Answers go on meanwhile.",
        headers={"Authorization": f"Bearer {key}"},
    )
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise Unwell(
            f"The model's endpoint refuses the key ({status}); {OWN_WORDS}.",
            "Set OPENAI_API_KEY to a key that it knows. Answers go on meanwhile.",
        )
    offered = _names(told)
    if offered and settings.model not in offered:
        raise Unwell(
            f"The endpoint does not offer {settings.model}; {OWN_WORDS}.",
            f"Set GOVT_ASSISTANT_MODEL to a model that it offers, such as: {', '.join(offered[:SHOWN])}.",
        )
    return f"{settings.model}, {'which its endpoint offers' if offered else 'whose endpoint answers'}"


async def check_sign_in(built: Parts) -> str:
    """Whether the identity provider describes itself, under the name that is configured."""
    issuer = built.settings.oidc_issuer
    if not issuer:
        return "by keys: no identity provider is configured"
    to_do = "Start it, or correct GOVT_ASSISTANT_OIDC_ISSUER. Keys go on working."
    status, told = await _asked(
        f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        "The identity provider cannot be reached.",
        to_do,
    )
    named = told.get("issuer") if isinstance(told, dict) else None
    if status != HTTPStatus.OK or named != issuer:
        raise Unwell(f"No provider of that name answers there ({named or status}).", to_do)
    return issuer


async def check_traces(built: Parts) -> str:
    """Whether something listens where traces are sent."""
    endpoint = built.settings.otlp_endpoint
    if not endpoint:
        return "not configured: none are sent"
    address = urlsplit(endpoint if "://" in endpoint else f"//{endpoint}")
    try:
        _, writer = await asyncio.open_connection(address.hostname, address.port or 4317)
    except OSError as error:
        raise Unwell(
            f"The collector cannot be reached ({type(error).__name__}); traces are lost.",
            "Start it, or correct GOVT_ASSISTANT_OTLP_ENDPOINT. Answers go on meanwhile.",
        ) from error
    writer.close()
    await writer.wait_closed()
    return endpoint


async def _asked(address: str, detail: str, to_do: str, **more: Any) -> tuple[int, Any]:
    """The status, and the body where it is JSON; raises `Unwell` where nobody answers."""
    import httpx  # which no process that answers needs

    try:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            answer = await client.get(address, **more)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unwell(f"{detail.rstrip('.')} ({type(error).__name__}).", to_do) from error
    try:
        return answer.status_code, answer.json()
    except ValueError:
        return answer.status_code, None


def _names(told: Any) -> list[str]:
    listed = told.get("data") if isinstance(told, dict) else None
    if not isinstance(listed, list):
        return []
    return [str(each["id"]) for each in listed if isinstance(each, dict) and "id" in each]
