"""The doors of money: what a month has cost, and an approval above a budget."""

import asyncio
from collections.abc import Iterable
from typing import Any

from fastapi import Request, Response

from api import schemas
from api.endpoints import runs
from api.presenters.costs import parts
from api.requests import checked, query_of, run_id
from api.responses import body
from orchestrators import hints
from shared import clock
from shared.billing import accounts
from shared.billing.accounts import Account
from shared.billing.spending import Spending
from shared.billing.usage import counter
from shared.registry.ledger import month_of
from shared.settings import settings


async def month(request: Request) -> Response:
    """`GET costs`."""
    query = checked(schemas.CostsQuery, query_of(request))
    wanted = query.month or month_of(clock.now())
    # What this instance has counted and not written is asked for as well.
    await counter().flush()
    return body(await asyncio.to_thread(_month, wanted))


async def approved(request: Request, client: Any) -> Response:
    """`POST runs/{id}/approve`: the registry first, then a hint to look sooner."""
    from shared.runs import intake

    version = await asyncio.to_thread(intake.approve, run_id(request))
    await hints.look_now(client, version)
    return await runs.answer(request, client, version, status=202)


def _month(wanted: str) -> schemas.Costs:
    paid = accounts.of_month(wanted, clock.now())
    return schemas.Costs(
        month=wanted,
        total=schemas.Spending(**parts(_sum(paid))),
        models=[
            schemas.ModelSpending(model=name, **parts(_sum(ones)))
            for name in sorted({one.model for one in paid})
            if (ones := [one for one in paid if one.model == name])
        ],
        runs=[
            schemas.RunSpending(run=one.run, model=one.model, **parts(one.spending))
            for one in paid
            if one.run
        ],
        budget_usd=settings().budget_month,
    )


def _sum(paid: Iterable[Account]) -> Spending:
    return sum((one.spending for one in paid), Spending())
