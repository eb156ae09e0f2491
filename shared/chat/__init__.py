"""Chat: which deployment answers for a model name, and what passes between caller and service."""

from shared.chat.completion import Completion, create_completion
from shared.chat.request import CompletionRequest
from shared.chat.targets import Target, targets

__all__ = ["Completion", "CompletionRequest", "Target", "create_completion", "targets"]
