"""The doors of money: what a month has cost, and an approval above a budget."""

import asyncio
from collections.abc import Iterable
from typing import Any

from fastapi import Request, Response

from doors import bodies, hints, runs
from doors.amounts import parts
from doors.answers import body
from doors.requests import checked, query_of, run_id
from shared import accounts, clock
from shared.accounts import Account
from shared.money.spending import Spending
from shared.registry.ledger import month_of
from shared.settings import settings
from shared.usage import counter


async def month(request: Request) -> Response:
    """`GET costs`."""
    query = checked(bodies.CostsQuery, query_of(request))
    wanted = query.month or month_of(clock.now())
    # What this instance has counted and not written is asked for as well.
    await counter().flush()
    return body(await asyncio.to_thread(_month, wanted))


async def approved(request: Request, client: Any) -> Response:
    """`POST runs/{id}/approve`: the registry first, then a hint to look sooner."""
    from shared import intake

    version = await asyncio.to_thread(intake.approve, run_id(request))
    await hints.look_now(client, version)
    return await runs.answer(request, client, version, status=202)


def _month(wanted: str) -> bodies.Costs:
    paid = accounts.of_month(wanted, clock.now())
    return bodies.Costs(
        month=wanted,
        total=bodies.Spending(**parts(_sum(paid))),
        models=[
            bodies.ModelSpending(model=name, **parts(_sum(ones)))
            for name in sorted({one.model for one in paid})
            if (ones := [one for one in paid if one.model == name])
        ],
        runs=[
            bodies.RunSpending(run=one.run, model=one.model, **parts(one.spending))
            for one in paid
            if one.run
        ],
        budget_usd=settings().budget_month,
    )


def _sum(paid: Iterable[Account]) -> Spending:
    return sum((one.spending for one in paid), Spending())
