"""Lines that are no rows, and rows that are none of chat."""

import json

from tests.shared.validation.rows import chat, preference, say
from tests.shared.validation.rules import A0, A1, GOOD, Case, W, talk

DPO = {"method": "dpo"}
CASES = [
    Case("utf-8", "$", b'{"messages": [{"role": "user", "content": "\xff"}]}', GOOD),
    Case("one-object-per-line", "$", [GOOD], GOOD),
    Case("one-object-per-line", "$", b"42", GOOD),
    Case("json-syntax", "$", json.dumps(GOOD).encode()[:-1] + b",}", GOOD),
    Case("json-syntax", "$", json.dumps(GOOD).encode()[:30], GOOD),
    Case("json-syntax", "$", json.dumps(GOOD).encode() + b",", GOOD),
    Case("json-syntax", "$", b'{"a":' * 200 + b"1" + b"}" * 200, GOOD),
    Case("json-constants", f"{A1}.weight", talk(say("assistant", "4", weight=float("nan"))), GOOD),
    Case(
        "duplicate-keys",
        f"{A0}.content",
        b'{"messages": [{"role": "user", "content": "a", "content": "b"},'
        b' {"role": "assistant", "content": "c"}]}',
        chat(say("user", "b"), say("assistant", "c")),
    ),
    Case(
        "duplicate-keys",
        f"{A0}.content",
        b'{"messages": [{"role" : "user", "content": "a", "content": "b"},'
        b' {"role": "assistant", "content": "c"}]}',
        chat(say("user", 'b ":'), say("assistant", "c")),
    ),
    Case("characters", f"{A1}.content", talk(say("assistant", "\ud83d")), GOOD),
    Case("characters", f"{A1}.content", talk(say("assistant", "a\0b")), GOOD, W),
    Case("messages-list", "$.messages", {}, GOOD),
    Case("messages-list", "$.messages", {"messages": "hi"}, GOOD),
    Case("messages-list", "$.messages", {"messages": []}, GOOD),
    Case("top-level-keys", "$.id", chat(id=1), GOOD),
    Case("top-level-keys", "$['my id']", chat(**{"my id": 1}), GOOD),
    Case("top-level-keys", "$.id", preference(id=1), preference(), method="dpo"),
    Case("one-format", "$", preference(), GOOD),
    Case("one-format", "$", {"prompt": "2+2?", "completion": "4"}, GOOD),
    Case("one-format", "$", GOOD, preference(), method="dpo", options=DPO),
]
