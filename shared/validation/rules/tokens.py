"""Rules about tokens."""

from shared.validation.rules import sources
from shared.validation.rules.rule import Basis, Group, Level

GROUP = Group("Tokens")

CONTEXT = GROUP.rule(
    58,
    "context-length",
    "an example fits into the model's training context",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.LIMITS,
    "Shorten the conversation or split it: what is beyond the context is cut off at the end.",
)
VOCABULARY = GROUP.rule(
    59,
    "vocabulary",
    "tokens are counted in the model's own vocabulary",
    Level.INFO,
    Basis.DOCUMENTED,
    sources.TUTORIAL,
    "Add the model to the file of model facts (MODEL_FACTS) for exact counts and all checks.",
)
OVERHEAD = GROUP.rule(
    60,
    "message-overhead",
    "each message costs 3 tokens beside its role and text, each example 3 more",
    Level.INFO,
    Basis.INFERRED,
    sources.TUTORIAL,
    "Nothing to do: the report states the method and how far it may be off.",
)
IMAGE_TOKENS = GROUP.rule(
    61,
    "image-tokens",
    "an image costs 85 tokens at low detail, else 85 and 170 for each tile",
    Level.INFO,
    Basis.DOCUMENTED,
    sources.VISION,
    "Set detail to low where the picture needs no close look.",
)
