"""/v1/programme: the records of the AI work programme, to read for everyone and to write by role."""

from web.api.programme import behaviours, erasing, exchange, reading, writing
from web.api.programme.schemas import add_kinds

routers = (erasing.router, behaviours.router, exchange.router, reading.router, writing.router)
"""In this order: the addresses of the first are narrower than those of the last."""

__all__ = ["add_kinds", "routers"]
