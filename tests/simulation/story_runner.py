"""Runs a story: lets time pass, and lets users act, at a time or in the middle of a step."""

import threading
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from shared.registry.state import RESTING
from tests.simulation.actors import PATIENCE, TRIES, Actors
from tests.simulation.host import Host
from tests.simulation.invariants.waiting import waits
from tests.simulation.observations import Observations
from tests.simulation.story import Action, Story

SETTLE = (300, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 24 * 3600, 48 * 3600)  # seconds, one by one
ENOUGH = 3  # of these, for those who wait for a place
QUIET = 0.4  # seconds without a line in the log: nothing can go on


class StoryRunner:
    """One story on one host."""

    def __init__(self, story: Story, host: Host) -> None:
        self._story = story
        self._host = host
        self._gates: list[tuple[Action, Path]] = []
        self._over = threading.Event()
        self._began = host.now()
        self.actors = Actors(host, story.source)

    def run(self) -> Observations:
        """Everything that the story holds, and then time until all is at rest."""
        self._prepare()
        watch = threading.Thread(target=self._act_at_points, daemon=True)
        watch.start()
        try:
            self._host.ensure()
            for action in sorted(
                (d for d in self._story.actions if not d.during), key=lambda d: d.at
            ):
                self._advance(self._began + timedelta(seconds=action.at))
                self.actors.do(action)
            self._settle()
            if self.actors.waiting.join():
                # What they began at the end takes time as well.
                self._settle()
            self._leave_idle()
        finally:
            self._over.set()
            watch.join()
            self.actors.waiting.join()
        self.actors.seen.errors += self.actors.waiting.errors
        self.actors.seen.skipped += [action for action, _ in self._gates]
        return self.actors.seen

    def _prepare(self) -> None:
        actions = [action for action in self._story.actions if action.during]
        self._gates = [(d, self._host.folder / f"gate-{n}") for n, d in enumerate(actions)]
        holds = [{"at": d.during, "skip": d.skip, "file": str(f)} for d, f in self._gates]
        self._host.plan(self._story.faults, holds)

    def _act_at_points(self) -> None:
        """Do what waits for a point while the host is held there."""
        while not self._over.is_set():
            for action, file in list(self._gates):
                if Path(f"{file}.reached").exists():
                    self._gates.remove((action, file))
                    try:
                        self.actors.do(action, tries=3)
                        self._wait_until_quiet(action)
                    except Exception as error:  # noqa: BLE001  a thread's error would be lost
                        self.actors.seen.errors.append(f"{action} failed: {error!r}")
                    finally:
                        Path(f"{file}.go").touch()
            time.sleep(0.005)

    def _wait_until_quiet(self, action: Action) -> None:
        """Hold on until what was dropped has come as far as it can while time stands still."""
        length, until = -1, time.monotonic() + PATIENCE
        while action.what == "drop" and time.monotonic() < until and self._host.alive():
            if len(self._host.log()) == length:
                return
            length = len(self._host.log())
            time.sleep(QUIET)

    # ---- time

    def _advance(self, to: datetime) -> None:
        body = {"to": to.isoformat()}
        self.actors.ask_with_restarts(
            lambda: self._host.ask("POST", "/admin/host/clock", json=body), TRIES
        )

    def _settle(self) -> None:
        """Let time pass until every run rests; what a story still holds back is let go.

        Who waits for others gets some hours, to see what became free.
        """
        notified = not self._story.world.refusals
        for number, seconds in enumerate(SETTLE):
            starts = self._host.starts
            self._advance(self._host.now() + timedelta(seconds=seconds))
            self._wait_for_runs()
            if self._host.starts > starts or not self._host.alive():
                continue  # it died on the way; what it had to do may not have been done
            runs = self.actors.runs()
            if any(row.deployment.retiring for row in runs):
                continue  # a deployment goes, and who waits for its place has yet to see that
            busy = [row for row in runs if row.phase not in RESTING]
            if busy and not (number >= ENOUGH and all(map(waits, busy))):
                continue
            # What a crash left behind, or nobody heard of, is taken up by the next daily round.
            requests = any(one.wanted or one.deleting for one in self.actors.registry.models())
            last = {blob: digest for blob, digest, _ in self.actors.seen.dropped}
            if not requests and self._have_runs(last.items()):
                if notified:
                    break
                notified = True  # after one more: refused deliveries are repeated minutes later

    def _have_runs(self, dropped: Iterable[tuple[str, str]]) -> bool:
        """Whether these bytes have runs, unless their model was deleted."""
        gone = {f"{model}.jsonl" for model in self.actors.seen.deleted}
        known = {(run.dataset.blob, run.dataset.sha256) for run in self.actors.runs()}
        return all(blob in gone or (blob, digest) in known for blob, digest in dropped)

    def _wait_for_runs(self) -> None:
        """Wait until what was dropped last is known; the polling source takes its time."""
        seen = self.actors.seen
        last = [
            (blob, digest) for blob, digest, _ in seen.dropped[-1:] if blob not in seen.event_lost
        ]
        until = time.monotonic() + PATIENCE
        while not self._have_runs(last):
            if time.monotonic() > until:
                return
            self._host.ensure()
            time.sleep(0.03)

    def _leave_idle(self) -> None:
        """Weeks without use, but for the first dataset's model in every second story.

        Then somebody wants a model again, which may be asleep by now.
        """
        if not self._story.idle_days:
            return
        used = self._story.datasets[: self._story.seed % 2]
        for _ in range(2):
            self._advance(self._host.now() + timedelta(days=self._story.idle_days / 2))
            for name in used:
                self.actors.do(Action("chat", name))
        self.actors.do(
            Action(("chat", "wake")[self._story.seed // 2 % 2], self._story.datasets[-1])
        )
        self._settle()
