"""Chat: who answers for a model name, and what passes between the caller and it."""

from shared.chat.completion import Exchange, begin
from shared.chat.request import Request
from shared.chat.targets import Target, targets

__all__ = ["Exchange", "Request", "Target", "begin", "targets"]
