"""Readers of settings: each turns a text into a value or raises ValueError."""

import re
from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from socket import inet_aton
from urllib.parse import urlsplit

#: Fields of a chat that spend more, or reach further, than a chat.
RESTRICTED_FIELDS = frozenset({"data_sources", "n", "service_tier", "store", "web_search_options"})

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd])")


def duration(text: str) -> timedelta:
    """Read `90s`, `5m`, `2h`, `15d`; ValueError for anything else."""
    match = _DURATION.fullmatch(text.strip())
    if not match:
        raise ValueError(text)
    try:
        return timedelta(**{_UNITS[match[2]]: float(match[1])})
    except OverflowError:
        raise ValueError(text) from None


def flag(text: str) -> bool:
    """Read `true`/`false`, `1`/`0`, `yes`/`no`; ValueError for anything else."""
    value = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if text.strip().lower() not in value:
        raise ValueError(text)
    return value[text.strip().lower()]


def positive(text: str) -> int:
    """Read a whole number of at least 1; ValueError for anything else."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def dollars(text: str) -> float:
    """Read an amount of US dollars above 0, such as `250` or `19.90`; ValueError otherwise."""
    amount = float(text)
    if not 0 < amount < float("inf"):
        raise ValueError(text)
    return amount


def non_empty(text: str) -> str:
    """Read a text that is not empty; ValueError otherwise."""
    if not text.strip():
        raise ValueError(text)
    return text.strip()


def address(text: str) -> str:
    """Read an http(s) address and drop a trailing slash; ValueError for anything else."""
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text.strip()):
        raise ValueError(text)
    return text.strip().rstrip("/")


def domain(text: str) -> str:
    """Read the name of a domain, without a dot at its start; ValueError for anything else."""
    found = text.strip().lower()
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", found):
        raise ValueError(text)
    return found


def receiver(text: str) -> str:
    """Read an address that notifications are sent to.

    Raises:
        ValueError: if it is plain http to another machine, or link-local, where clouds keep the
            service that gives an identity's tokens.
    """
    found = address(text)
    parts = urlsplit(found)
    host = parts.hostname or ""
    here = _address_of(host)
    loopback = host == "localhost" or (here is not None and here.is_loopback)
    if parts.scheme != "https" and not loopback:
        raise ValueError(text)
    if here is not None and (here.is_link_local or here.is_unspecified or here.is_multicast):
        raise ValueError(text)
    return found


def _address_of(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that a host is, in any of the forms that resolvers take; None for a name."""
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        try:
            found = IPv4Address(inet_aton(host))  # such as 2852039166 and 0xa9.0xfe.0xa9.0xfe
        except OSError:
            return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def one_of(*choices: str) -> Callable[[str], str]:
    """A reader for one of `choices`, in any case."""

    def read(text: str) -> str:
        for choice in choices:
            if choice.lower() == text.strip().lower():
                return choice
        raise ValueError(text)

    read.__doc__ = " or ".join(choices)
    return read


def facts_file(text: str) -> Path:
    """Read the path of a file of model facts; ValueError, with the reason, if it is none."""
    from shared.models import ModelFactsError, read_facts

    path = Path(text.strip())
    try:
        read_facts(path)
    except ModelFactsError as error:
        raise ValueError(str(error)) from None
    return path


def price_table(text: str) -> Path:
    """Read the path of an operator's own prices; ValueError, with the reason, if it is none."""
    from shared.models import ModelFactsError, read_price_table

    path = Path(text.strip())
    try:
        read_price_table(path)
    except ModelFactsError as error:
        raise ValueError(str(error)) from None
    return path


def address_or_off(text: str) -> str | None:
    """Read an http(s) address, or `off` as None; ValueError for anything else."""
    return None if text.strip().lower() == "off" else address(text)


def gate(text: str) -> str:
    """Read a gate such as `win_rate>=0.5`, or `off`; ValueError for anything else."""
    from shared.evaluation.gate import Gate

    return str(Gate.parse(text) or "")


def graders(text: str) -> tuple[str, ...]:
    """Read names of graders that need no options, with commas; ValueError for anything else."""
    from shared.evaluation.graders import PLAIN

    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    if not names or not set(names) <= set(PLAIN):
        raise ValueError(text)
    return names


def chat_fields(text: str) -> frozenset[str]:
    """Read names of restricted fields; ValueError for one that is none."""
    found = frozenset(part.strip() for part in text.split(",") if part.strip())
    if not found <= RESTRICTED_FIELDS:
        raise ValueError(text)
    return found


def client_keys(text: str) -> dict[str, str]:
    """Read `name=key,name=key` into key by name; ValueError if a part has no name or no key."""
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    if any(not name.strip() or not key.strip() for name, _, key in pairs):
        raise ValueError(text)
    return {name.strip(): key.strip() for name, _, key in pairs}
