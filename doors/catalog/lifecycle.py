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
    Door(
        "pin_model",
        "post",
        "models/{name}/pin",
        "admin",
        "Exempt a model from being deleted for idleness, until a time or for good.",
        bodies.Pin,
        query=bodies.PinQuery,
        errors=(400, 404, 409),
    ),
    Door(
        "unpin_model",
        "delete",
        "models/{name}/pin",
        "admin",
        "Take the pin away; safe to repeat.",
        bodies.Pin,
        errors=(404,),
    ),
    Door(
        "delete_model",
        "delete",
        "models/{name}",
        "admin",
        "Delete a model with its deployments, files and rows; 200 once nothing is left.",
        bodies.Deletion,
        status=202,
        also=(200,),
        query=bodies.DeleteQuery,
        errors=(400, 404),
    ),
)
