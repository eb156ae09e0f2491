"""What operators do with a model."""

from doors import bodies
from doors.catalog.door import Door

DOORS = (
    Door(
        "wake_model",
        "post",
        "models/{name}/wake",
        "admin",
        "Deploy a model that is asleep, once however many ask; 200 if it answers already.",
        bodies.Run,
        status=202,
        also=(200,),
        errors=(404, 409),
    ),
)
