"""Rules about tokens."""

from shared.validation.rules import sources
from shared.validation.rules.rule import Basis, Group, Level

GROUP = Group("Tokens")

CONTEXT = GROUP.rule(
    58,
    "context-length",
    "an example must fit in the model's training context",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.LIMITS,
    "Shorten or split the conversation: tokens above the context are cut off at the end.",
)
VOCABULARY = GROUP.rule(
    59,
    "vocabulary",
    "tokens are counted with the model's vocabulary",
    Level.INFO,
    Basis.DOCUMENTED,
    sources.TUTORIAL,
    "Add the model to a copy of shared/models/models.toml (MODEL_FACTS) for all checks.",
)
OVERHEAD = GROUP.rule(
    60,
    "message-overhead",
    "each message costs 3 tokens in addition to its role and text, each example 3 more",
    Level.INFO,
    Basis.INFERRED,
    sources.TUTORIAL,
    "No action needed: the report states the method and its accuracy.",
)
IMAGE_TOKENS = GROUP.rule(
    61,
    "image-tokens",
    "an image costs 85 tokens at low detail, else 85 and 170 for each tile",
    Level.INFO,
    Basis.DOCUMENTED,
    sources.VISION,
    "Set detail to low where details of the image do not matter.",
)
