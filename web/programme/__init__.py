"""The work programme as this installation serves it."""

from web.programme.build import Programme, build_programme
from web.programme.evaluated import EvaluatedGates
from web.programme.people import Asking, actor_of, asking

__all__ = ["Asking", "EvaluatedGates", "Programme", "actor_of", "asking", "build_programme"]
