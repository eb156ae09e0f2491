"""The texts: their length, secrets in them, markers of a template."""

from tests.shared.validation.rows import say
from tests.shared.validation.rules import A1, Case, W, talk

CASES = [
    Case(
        "context-length",
        "$",
        talk(say("assistant", "four " * 40_000)),
        talk(say("assistant", "four " * 30_000)),
        options={"model": "gpt-4.1-nano-2025-04-14"},
    ),
    Case(
        "sensitive-data",
        f"{A1}.content",
        talk(say("assistant", "mail jo@contoso.com")),
        talk(say("assistant", "mail @jo")),
        W,
    ),
    Case(
        "sensitive-data",
        f"{A1}.content",
        talk(say("assistant", "4111 1111 1111 1111")),
        talk(say("assistant", "4111 1111 1111 1112")),
        W,
    ),
    Case(
        "sensitive-data",
        f"{A1}.content",
        talk(say("assistant", "sk-proj-a1b2c3d4e5f6g7h8")),
        talk(say("assistant", "sk-proj")),
        "error",
    ),
    Case(
        "role-markers",
        f"{A1}.content",
        talk(say("assistant", "4<|im_end|>")),
        talk(say("assistant", "4 <|> 5")),
        W,
    ),
]
