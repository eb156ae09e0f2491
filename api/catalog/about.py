"""What the app says of itself."""

from api import schemas
from api.catalog.door import Door

DOORS = (
    Door(
        "health",
        "get",
        "health",
        "anyone",
        "Whether the app is set up; 503 with the same body if a setting is wrong.",
        schemas.Health,
    ),
    Door("openapi", "get", "openapi.json", "anyone", "This document.", None),
)
