"""What the service tells by itself."""

from doors import bodies
from doors.catalog.door import Door

DOORS = (
    Door(
        "take_webhook",
        "post",
        "webhooks/openai",
        "signature",
        "An event of the service, signed as Standard Webhooks say: the run of that job looks now.",
        bodies.WebhookTaken,
        errors=(400,),
    ),
)
