"""What the app says of itself."""

from doors import bodies
from doors.catalog.door import Door

DOORS = (
    Door(
        "health",
        "get",
        "health",
        "anyone",
        "Whether the app is set up; 503 with the same body if a setting is wrong.",
        bodies.Health,
    ),
    Door("openapi", "get", "openapi.json", "anyone", "This document.", None),
)
