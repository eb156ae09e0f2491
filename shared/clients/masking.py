"""Hides secrets in texts that a service sent, before they reach a log, an error or a report.

Services quote what they were sent: storage repeats a SAS address, gateways repeat a header. So
every text from outside goes through `masked` on its way in.
"""

import os
import re

# The Functions host's own spelling.
_STORAGE = "AzureWebJobsStorage"
HIDDEN = "(hidden)"
# `code` and `token` are words of every error text, and secrets only in an address.
_NAMED = re.compile(
    r"(?i)\b((?:sig|code|token)=|(?:api[-_]?key|accountkey|client_secret|password)\s*[=:]\s*)"
    r"[^\s&;,\"'<>]+"
)
_SHAPES = (
    re.compile(r"(?i)\bbearer\s+[\w.~+/-]+=*"),
    re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.?[\w-]*"),
    re.compile(r"\bsk-[\w*-]{8,}"),
)
_ACCOUNT_KEY = re.compile(r"AccountKey=([^;\s]+)")
# Shorter values would hide ordinary words.
_SHORTEST = 8


def mask(text: str) -> str:
    """`text` without keys, tokens, signatures and the secrets of this process's environment."""
    for secret in _own_secrets():
        text = text.replace(secret, HIDDEN)
    for shape in _SHAPES:
        text = shape.sub(HIDDEN, text)
    return _NAMED.sub(rf"\1{HIDDEN}", text)


def mask_tree(value: object) -> object:
    """A JSON value with every text in it `masked`; keys of objects stay."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: mask_tree(item) for key, item in value.items()}
    if isinstance(value, list):
        return [mask_tree(item) for item in value]
    return value


def _own_secrets() -> list[str]:
    found = _ACCOUNT_KEY.findall(os.environ.get(_STORAGE, ""))
    found.append(os.environ.get("AZURE_OPENAI_API_KEY", ""))
    return [secret for secret in found if len(secret) >= _SHORTEST]
