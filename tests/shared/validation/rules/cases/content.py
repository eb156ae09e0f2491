"""What a message says, and what stands beside it."""

from tests.shared.validation.rows import call, chat, say, tool_talk
from tests.shared.validation.rules import A0, A1, GOOD, Case, W, talk

CASES = [
    Case("content-present", f"{A0}.content", chat({"role": "user"}, say("assistant", "4")), GOOD),
    Case("content-present", f"{A1}.content", talk({"role": "assistant"}), GOOD),
    Case("content-null", f"{A1}.content", talk(say("assistant", None)), tool_talk()),
    Case("content-null", f"{A0}.content", chat(say("user", None), say("assistant", "4")), GOOD),
    Case("content-empty", f"{A1}.content", talk(say("assistant", "")), GOOD),
    Case("content-empty", f"{A0}.content", chat(say("user", ""), say("assistant", "4")), GOOD, W),
    Case("content-blank", f"{A1}.content", talk(say("assistant", " \n")), GOOD),
    Case("content-blank", f"{A0}.content", chat(say("user", " "), say("assistant", "4")), GOOD, W),
    Case("content-type", f"{A1}.content", talk(say("assistant", {"text": "4"})), GOOD),
    Case("content-type", f"{A1}.content", talk(say("assistant", 4)), GOOD),
    Case(
        "message-keys",
        f"{A1}.wieght",
        talk(say("assistant", "4", wieght=1)),
        talk(say("assistant", "4", weight=1)),
    ),
    Case("message-keys", f"{A0}.tool_calls", chat({**call(), "role": "user"}), GOOD),
    *(
        Case(
            "weight-value",
            f"{A1}.weight",
            talk(say("assistant", "4", weight=weight)),
            talk(say("assistant", "4", weight=1)),
        )
        for weight in (0.5, "1", True, 2, -1, None)
    ),
    Case("weight-value", f"{A1}.weight", talk(say("assistant", "4", weight=1.0)), GOOD, W),
    Case(
        "weight-place",
        f"{A0}.weight",
        chat(say("user", "a", weight=1), say("assistant", "b")),
        GOOD,
    ),
    Case(
        "weight-all-zero",
        "$.messages",
        talk(say("assistant", "4", weight=0)),
        talk(say("assistant", "3", weight=0), say("user", "no"), say("assistant", "4", weight=1)),
    ),
    Case("name-value", f"{A0}.name", chat(say("user", "a", name=7), say("assistant", "b")), GOOD),
    Case(
        "name-value",
        f"{A0}.name",
        chat(say("user", "a", name="Al B."), say("assistant", "b")),
        chat(say("user", "a", name="Al_B-2"), say("assistant", "b")),
        W,
    ),
]
