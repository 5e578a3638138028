"""The work programme as this installation serves it."""

from web.programme.build import Programme, build_programme
from web.programme.people import Asking, actor_of, asking

__all__ = ["Asking", "Programme", "actor_of", "asking", "build_programme"]
