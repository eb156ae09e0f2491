"""What operators ask of the use."""

from doors import bodies
from doors.catalog.door import Door

DOORS = (
    Door(
        "show_usage",
        "get",
        "usage",
        "function",
        "Chats, tokens and their cost by client key, model or day, as JSON or CSV by `Accept`.",
        bodies.Usage,
        query=bodies.UsageQuery,
        forms=("text/csv",),
        errors=(400,),
    ),
)
