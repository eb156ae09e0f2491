"""What things cost, and who may let them."""

from api import schemas
from api.catalog.door import Door

DOORS = (
    Door(
        "show_costs",
        "get",
        "costs",
        "function",
        "What a month has cost: training, hosting and chat, by run and by model.",
        schemas.Costs,
        query=schemas.CostsQuery,
        errors=(400,),
    ),
    Door(
        "approve_run",
        "post",
        "runs/{id}/approve",
        "admin",
        "Let a run go on whose cost is above a budget.",
        schemas.Run,
        status=202,
        errors=(404, 409),
    ),
)
