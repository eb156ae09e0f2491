"""The view of a run: live on a terminal, plain lines elsewhere."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

# The app's own names (shared/registry/state.py), of which `local` imports nothing; a test compares.
PHASES = ("validating", "queued", "uploading", "training", "deploying", "evaluating", "serving")
ENDED = ("rejected", "failed", "cancelled")
MARKS = " ▁▂▃▄▅▆▇█"


class View:
    """What the person sees of a run.

    Attributes:
        console: Where everything is printed.
    """

    def __init__(self, console: Console, live: Live | None) -> None:
        self.console = console
        self._live = live
        self._shown = 0
        self._loss: float | None = None
        self._start = time.monotonic()

    def say(self, text: str) -> None:
        """Print a line of its own."""
        self.console.print(text, highlight=False)

    def show(self, run: dict[str, Any], events: dict[str, Any]) -> None:
        """Show where a run stands."""
        losses = training_losses(events)
        if self._live is not None:
            self._live.start()
            self._live.update(Group(_table(run), _loss_line(losses)), refresh=True)
        else:
            self._plain(run, losses)

    def finish(self) -> None:
        """Leave the last picture on the screen and go on below it."""
        if self._live is not None:
            self._live.stop()

    def _plain(self, run: dict[str, Any], losses: list[float]) -> None:
        for entry in run["timeline"][self._shown :]:
            self._say_with_time(f"{entry['phase']}: {entry.get('note') or ''}".rstrip(": "))
        self._shown = len(run["timeline"])
        if losses and losses[-1] != self._loss:
            self._loss = losses[-1]
            self._say_with_time(f"training loss {self._loss:.3f}")

    def _say_with_time(self, line: str) -> None:
        self.say(f"{time.monotonic() - self._start:6.1f} s  {line}")


@contextmanager
def view(picture: Path | None = None) -> Iterator[View]:
    """A view for this terminal, or for a pipe; what it showed is kept as `picture` if asked."""
    console = Console(record=picture is not None)
    live = Live(console=console, auto_refresh=False) if console.is_terminal else None
    try:
        yield View(console, live)
    finally:
        if live is not None:
            live.stop()
        if picture is not None:
            text = console.export_svg(title="make demo")
            # A picture in a page must not load fonts from elsewhere.
            picture.write_text(re.sub(r"@font-face \{.*?\}\s*", "", text, flags=re.DOTALL))


def training_losses(events: dict[str, Any]) -> list[float]:
    """The training loss as it came in: from the curve, or before there is one from events."""
    if events.get("curve"):
        return [row["train_loss"] for row in events["curve"] if "train_loss" in row]
    data = (event.get("data") or {} for event in events.get("events", ()))
    return [float(point["train_loss"]) for point in data if point.get("train_loss") is not None]


def _table(run: dict[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(width=2)
    table.add_column(width=12)
    table.add_column(justify="right", width=8)
    table.add_column(overflow="fold")
    spans = phase_spans(run, datetime.now(UTC))
    ended = run["phase"] not in PHASES
    for phase in (*PHASES, *([run["phase"]] if ended else [])):
        seconds = spans.get(phase)
        now = phase == run["phase"]
        table.add_row(
            *_row(run, phase, seconds, now=now), style="" if seconds is not None else "dim"
        )
    return table


def _row(
    run: dict[str, Any], phase: str, seconds: float | None, *, now: bool
) -> tuple[Text, str, str, str]:
    over = phase in ("serving", *ENDED)
    mark = Text("●", "bold cyan") if now and not over else Text("✓", "green")
    if seconds is None:
        mark = Text("·")
    if now and phase in ENDED:
        mark = Text("✗", "bold red")
    time_text = "" if seconds is None or over else f"{seconds:.1f} s"
    return mark, phase, time_text, (run.get("waiting") or "") if now else ""


def phase_spans(run: dict[str, Any], now: datetime) -> dict[str, float]:
    """Seconds spent in each phase so far, from a run's timeline."""
    entries = [(e["phase"], datetime.fromisoformat(e["at"])) for e in run["timeline"]]
    spans: dict[str, float] = {}
    for (phase, at), following in zip(entries, [*entries[1:], (None, now)], strict=True):
        spans[phase] = spans.get(phase, 0.0) + max(0.0, (following[1] - at).total_seconds())
    return spans


def _loss_line(losses: list[float]) -> Text:
    if not losses:
        return Text("")
    low, high = min(losses), max(losses)
    span = high - low or 1.0
    marks = "".join(MARKS[1 + round((loss - low) / span * 7)] for loss in losses[-60:])
    return Text(f"\ntraining loss {losses[0]:.3f} {marks} {losses[-1]:.3f}", "cyan")
