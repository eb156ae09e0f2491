"""What the service tells by itself."""

from api import schemas
from api.catalog.door import Door

DOORS = (
    Door(
        "take_webhook",
        "post",
        "webhooks/openai",
        "signature",
        "An event of the service, signed as Standard Webhooks say: the run of that job looks now.",
        schemas.WebhookTaken,
        errors=(400,),
    ),
)
