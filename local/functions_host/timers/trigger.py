"""Running a timer function: on schedule, once for all that was missed, never twice at a time."""

import asyncio
import json
import logging
from datetime import datetime

from azure.core.exceptions import AzureError
from azure.functions.meta import Datum

from local.functions_host import logs
from local.functions_host.clock import Clock
from local.functions_host.storage import first_line
from local.functions_host.timers.schedule import Schedule
from local.functions_host.timers.status import NEVER, Status, StatusRecord
from local.functions_host.worker.functions import Function
from local.functions_host.worker.invocation import Failure, Invocation, Invoker

log = logging.getLogger("host")

_RETRY_SECONDS = 5


class TimerTrigger:
    """One timer function's listener."""

    def __init__(
        self,
        function: Function,
        schedule: Schedule,
        record: StatusRecord | None,
        invoker: Invoker,
        clock: Clock,
    ) -> None:
        """Prepare; nothing runs before `run`.

        Args:
            function: the function.
            schedule: when it fires.
            record: where its status is kept; None = not monitored.
            invoker: runs it.
            clock: gives the time, and may jump to the next occurrence.
        """
        self._function = function
        self._schedule = schedule
        self._record = record
        self._invoker = invoker
        self._clock = clock
        self._status: Status | None = None
        self._due: datetime | None = None
        clock.add_next_due(lambda: self._due)

    async def run(self) -> None:
        """Fire until cancelled; at once if a run was missed or the trigger asks for it."""
        with self._clock.busy():
            missed = await self._has_missed_run_with_retries()
            if missed or self._function.trigger.get("runOnStartup"):
                await self._fire(past_due=missed)
        while True:
            self._due = self._schedule.after(self._clock.now())
            await self._clock.sleep_until(self._due)
            with self._clock.busy():
                due, self._due = self._due, None
                await self._fire(past_due=False, due=due)

    async def start(self) -> None:
        """Run once now, outside of the schedule."""
        await self._call(past_due=False)

    async def _has_missed_run_with_retries(self) -> bool:
        while True:
            try:
                return await self._has_missed_run()
            except AzureError as error:
                log.warning("timer %s: %s; trying again", self._function.name, first_line(error))
                await asyncio.sleep(_RETRY_SECONDS)

    async def _has_missed_run(self) -> bool:
        """Read the record, correct it if the schedule has changed; whether a run was missed."""
        if self._record is None:
            return False
        now = self._clock.now()
        status = await self._record.read()
        if status is None:
            due = self._schedule.after(now)
            await self._record.write(Status(NEVER, due, now))
            # The function sees none of the three that has not happened, though the record has it.
            self._status = Status(NEVER, due, NEVER)
            return False
        base = status.updated if status.last == NEVER else status.last
        expected = self._schedule.after(base)
        if status.next != expected:
            # Another schedule than last time: what it would have missed is not caught up.
            due = expected if expected >= now else self._schedule.after(now)
            status = Status(status.last, due, base)
            await self._record.write(status)
        self._status = status
        return now > status.next

    async def _fire(self, *, past_due: bool, due: datetime | None = None) -> None:
        # The record is never before the time that was due, or that run would come again.
        fired = max(self._clock.now(), due) if due else self._clock.now()
        await self._call(past_due=past_due)
        if self._record is not None:
            self._status = Status(fired, self._schedule.after(fired), fired)
            try:
                await self._record.write(self._status)
            except AzureError as error:
                log.warning("timer %s: no record: %s", self._function.name, first_line(error))

    async def _call(self, *, past_due: bool) -> None:
        content = {
            "Schedule": {"AdjustForDST": True},
            "ScheduleStatus": self._status.to_dict() if self._status else None,
            "IsPastDue": past_due,
        }
        text = Datum(json.dumps(content), "json")
        inputs = {self._function.trigger["name"]: text}
        began = asyncio.get_running_loop().time()
        outcome = "ok"
        try:
            await self._invoker.convert(self._function, Invocation(inputs=inputs))
        except Failure as failure:
            logs.log_failure(self._function.name, failure)
            outcome = "failed"
        milliseconds = (asyncio.get_running_loop().time() - began) * 1000
        late = " past due" if past_due else ""
        log.info("timer %s%s: %s, %.0f ms", self._function.name, late, outcome, milliseconds)
