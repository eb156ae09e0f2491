"""What a month has cost."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi import Response

from api.endpoint import Access, endpoint
from api.responses import json_response
from api.schemas import costs as schemas
from shared import clock
from shared.settings import settings

if TYPE_CHECKING:
    from shared.billing.accounts import Account
    from shared.billing.spending import Spending


@endpoint("GET", "costs", access=Access.FUNCTION_KEY, response=schemas.Costs, errors=(400,))
async def show_costs(query: schemas.CostsQuery) -> Response:
    """Return the costs of a month: training, hosting and chat, by run and by model."""
    from shared.billing.usage import counter
    from shared.registry.ledger import month_of

    month = query.month or month_of(clock.now())
    # What this instance has counted and not written yet belongs to the sum as well.
    await counter().flush()
    return json_response(await asyncio.to_thread(_costs, month))


def _costs(month: str) -> schemas.Costs:
    from api.presenters.costs import spending_parts
    from shared.billing import accounts

    paid = accounts.of_month(month, clock.now())
    return schemas.Costs(
        month=month,
        total=schemas.Spending(**spending_parts(_sum(paid))),
        models=[
            schemas.ModelSpending(model=name, **spending_parts(_sum(ones)))
            for name in sorted({one.model for one in paid})
            if (ones := [one for one in paid if one.model == name])
        ],
        runs=[
            schemas.RunSpending(run=one.run, model=one.model, **spending_parts(one.spending))
            for one in paid
            if one.run
        ],
        budget_usd=settings().budget_month,
    )


def _sum(paid: "Iterable[Account]") -> "Spending":
    from shared.billing.spending import Spending

    return sum((one.spending for one in paid), Spending())
