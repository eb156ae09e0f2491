"""What operators ask of the use."""

from api import schemas
from api.catalog.door import Door

DOORS = (
    Door(
        "show_usage",
        "get",
        "usage",
        "function",
        "Chats, tokens and their cost by client key, model or day, as JSON or CSV by `Accept`.",
        schemas.Usage,
        query=schemas.UsageQuery,
        forms=("text/csv",),
        errors=(400,),
    ),
)
