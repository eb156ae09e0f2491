"""Decide: plain generators without I/O, clock, environment or randomness."""

from orchestrators.delete import delete
from orchestrators.deploy import deploy
from orchestrators.fine_tune import fine_tune
from orchestrators.notify import notify
from orchestrators.retire import retire
from orchestrators.wake import wake

__all__ = ["delete", "deploy", "fine_tune", "notify", "retire", "wake"]
