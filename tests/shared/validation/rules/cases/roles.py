"""Who is_assistant_role, and in which order."""

from tests.shared.validation.rows import chat, say
from tests.shared.validation.rules import A0, A1, A2, GOOD, Case, W, talk

CASES = [
    Case("message-role", A1, {"messages": [say("user", "hi"), "yo", say("assistant", "a")]}, GOOD),
    Case("message-role", f"{A0}.role", chat({"content": "hi"}, say("assistant", "yo")), GOOD),
    Case("message-role", f"{A0}.role", chat(say("robot", "hi"), *GOOD["messages"]), GOOD),
    Case("message-role", f"{A0}.role", chat({"role": 1, "content": ""}, *GOOD["messages"]), GOOD),
    Case("developer-role", f"{A0}.role", chat(say("developer", "x"), *GOOD["messages"]), GOOD, W),
    Case("role-spelling", f"{A1}.role", talk(say("Assistant", "4")), GOOD),
    Case("role-spelling", f"{A0}.role", chat(say("user ", "2"), say("assistant", "2")), GOOD),
    Case("role-spelling", f"{A1}.role", talk(say("asistant", "4")), GOOD),
    Case("system-first", f"{A1}.role", talk(say("system", "x"), say("assistant", "4")), GOOD, W),
    Case(
        "system-first",
        f"{A1}.role",
        chat(say("system", "x"), say("system", "y"), *GOOD["messages"]),
        chat(say("system", "x"), *GOOD["messages"]),
        W,
    ),
    Case("assistant-present", "$.messages", chat(say("user", "hi")), GOOD),
    Case("assistant-last", f"{A2}.role", talk(say("assistant", "4"), say("user", "thx")), GOOD),
    Case("user-present", "$.messages", chat(say("assistant", "hi")), GOOD, W),
]
