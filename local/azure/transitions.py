"""How long things take: at once, after N reads, or after seconds.

Nothing happens in the background. Each resource keeps the time of its beginning, the number of
times it was read and its own transition; its state is worked out from these whenever somebody
asks. So a virtual clock can jump over weeks, and a kill loses no progress.
"""

from dataclasses import dataclass

KINDS = ("file", "queue", "job", "deployment", "ready", "delete")
DEFAULTS = {
    "file": "seconds:0.4",
    "queue": "seconds:0.4",
    "job": "seconds:2.5",
    "deployment": "seconds:0.8",
    "ready": "seconds:0.5",
    "delete": "seconds:0.3",
}


@dataclass(frozen=True)
class Transition:
    """One rule; `amount` counts reads or seconds and is 0 for `immediate`."""

    mode: str
    amount: float = 0.0

    def progress(self, start: float, now: float, reads: int) -> float:
        """How far something is, from 0 (just started) to 1 (done).

        `reads` includes this one: with `reads:3` three reads see it unfinished and the fourth
        sees it done.
        """
        if self.mode == "immediate" or self.amount <= 0:
            return 1.0
        passed = reads - 1 if self.mode == "reads" else now - start
        return min(1.0, max(0.0, passed / self.amount))

    def time_at(self, start: float, share: float) -> float:
        """When `share` (0 to 1) is reached; reads take no time of their own."""
        return start + share * self.seconds

    @property
    def seconds(self) -> float:
        """What the whole takes in seconds of the clock; 0 where only reads count."""
        return self.amount if self.mode == "seconds" else 0.0

    def __str__(self) -> str:
        return self.mode if self.mode == "immediate" else f"{self.mode}:{self.amount:g}"


def parse(text: str) -> Transition:
    """Reads `immediate`, `reads:N` or `seconds:S`.

    Raises:
        ValueError: With the text seen and what is possible.
    """
    mode, _, amount = text.strip().partition(":")
    if mode == "immediate" and not amount:
        return Transition("immediate")
    try:
        value = float(amount)
    except ValueError:
        value = -1.0
    if mode not in {"reads", "seconds"} or not 0 <= value < float("inf"):
        raise ValueError(
            f"transition {text!r}: use immediate, reads:N or seconds:S, as seconds:2.5"
        )
    return Transition(mode, value)


class Transitions:
    """The rule for each kind of thing; what exists already keeps the rule it began with."""

    def __init__(self, text: str = "") -> None:
        self._rules = {kind: parse(rule) for kind, rule in DEFAULTS.items()}
        self.change(text)

    def change(self, text: str) -> None:
        """Changes rules: one for all (`immediate`) or by kind (`job=seconds:9,file=reads:2`).

        Raises:
            ValueError: For an unknown kind or rule; nothing is changed then.
        """
        rules = dict(self._rules)
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            kind, equals, rule = part.partition("=")
            if equals and kind not in KINDS:
                raise ValueError(f"transition of {kind!r}: the kinds are {', '.join(KINDS)}")
            rules |= {kind: parse(rule)} if equals else dict.fromkeys(KINDS, parse(part))
        self._rules = rules

    def of(self, kind: str) -> Transition:
        """The rule that something of this kind gets when it begins."""
        return self._rules[kind]

    def describe(self) -> dict[str, str]:
        """Each kind with its rule, as `change` reads it."""
        return {kind: str(rule) for kind, rule in self._rules.items()}
