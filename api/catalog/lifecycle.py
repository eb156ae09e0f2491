"""What operators do with a model."""

from api import schemas
from api.catalog.door import Door

DOORS = (
    Door(
        "wake_model",
        "post",
        "models/{name}/wake",
        "admin",
        "Deploy a model that is asleep, once however many ask; 200 if it answers already.",
        schemas.Run,
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
        schemas.Pin,
        query=schemas.PinQuery,
        errors=(400, 404, 409),
    ),
    Door(
        "unpin_model",
        "delete",
        "models/{name}/pin",
        "admin",
        "Take the pin away; safe to repeat.",
        schemas.Pin,
        errors=(404,),
    ),
    Door(
        "delete_model",
        "delete",
        "models/{name}",
        "admin",
        "Delete a model with its deployments, files and rows; 200 once nothing is left.",
        schemas.Deletion,
        status=202,
        also=(200,),
        query=schemas.DeleteQuery,
        errors=(400, 404),
    ),
)
