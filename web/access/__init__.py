"""Who may do what: roles, keys, sign-in, and the trail of what was done."""

from web.access.access import Access
from web.access.audit import Audit, Entry
from web.access.errors import AccessError, NotAllowed, NotSignedIn
from web.access.keys import Key, Keys
from web.access.oidc import Provider, ProviderSettings
from web.access.permission import TOKEN_FIELD, address_of, allow
from web.access.roles import Person, Role

__all__ = [
    "TOKEN_FIELD",
    "Access",
    "AccessError",
    "Audit",
    "Entry",
    "Key",
    "Keys",
    "NotAllowed",
    "NotSignedIn",
    "Person",
    "Provider",
    "ProviderSettings",
    "Role",
    "address_of",
    "allow",
]
