"""The doors of money: what a month has cost, and an approval above a budget."""

import asyncio
from collections.abc import Iterable
from typing import Any

from fastapi import Request, Response

from doors import bodies, hints, runs
from doors.amounts import parts
from doors.answers import body
from doors.requests import checked, query_of, run_id
from shared import clock
from shared.money.spending import Spending, spent
from shared.registry import Version, registry
from shared.registry.ledger import month_of
from shared.settings import settings


async def month(request: Request) -> Response:
    """`GET costs`."""
    query = checked(bodies.CostsQuery, query_of(request))
    wanted = query.month or month_of(clock.now())
    return body(await asyncio.to_thread(_month, wanted))


async def approved(request: Request, client: Any) -> Response:
    """`POST runs/{id}/approve`: the registry first, then a hint to look sooner."""
    from shared import intake

    version = await asyncio.to_thread(intake.approve, run_id(request))
    await hints.look_now(client, version)
    return await runs.answer(request, client, version, status=202)


def _month(wanted: str) -> bodies.Costs:
    now = clock.now()
    found = [(row, spent(row, now, month=wanted)) for row in registry().accounts()]
    paid = [(row, one) for row, one in found if one != Spending()]
    return bodies.Costs(
        month=wanted,
        total=bodies.Spending(**parts(_sum(one for _, one in paid))),
        models=_models(paid),
        runs=[bodies.RunSpending(run=row.run, model=row.model, **parts(one)) for row, one in paid],
        budget_usd=settings().budget_month,
    )


def _models(paid: list[tuple[Version, Spending]]) -> list[bodies.ModelSpending]:
    return [
        bodies.ModelSpending(
            model=name, **parts(_sum(one for row, one in paid if row.model == name))
        )
        for name in sorted({row.model for row, _ in paid})
    ]


def _sum(values: Iterable[Spending]) -> Spending:
    return sum(values, Spending())
