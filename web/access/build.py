"""Access as the settings ask for it, built once at the composition root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.access.access import Access
from web.access.oidc import Provider, ProviderSettings
from web.access.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncEngine

    from web.settings import Settings


def build_access(
    settings: Settings, engine: AsyncEngine, redact: Callable[[str], str], now: Callable[[], datetime]
) -> Access:
    """Keys, sessions, the audit trail, and the identity provider where one is configured."""
    provider = None
    if settings.oidc_issuer:
        named = ProviderSettings(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value(),
            label=settings.oidc_label,
            name_claim=settings.oidc_name_claim,
            roles_claim=settings.oidc_roles_claim,
            roles={group: Role(role) for group, role in settings.oidc_groups.items()},
        )
        provider = Provider(named, engine, now)
    return Access.build(
        engine,
        now,
        redact=redact,
        session_hours=settings.session_hours,
        session_idle_minutes=settings.session_idle_minutes,
        provider=provider,
        public_url=settings.public_url,
    )
