"""What operators set of a model's chat."""

from api import schemas
from api.catalog.door import Door

DOORS = (
    Door(
        "set_raw",
        "post",
        "models/{name}/raw",
        "admin",
        "Let chat add neither system message nor examples; safe to repeat.",
        schemas.Raw,
        errors=(404,),
    ),
    Door(
        "unset_raw",
        "delete",
        "models/{name}/raw",
        "admin",
        "Let chat add them again; safe to repeat.",
        schemas.Raw,
        errors=(404,),
    ),
    Door(
        "refresh_model",
        "post",
        "models/{name}/refresh",
        "admin",
        "Read `use_system_message` and `examples` of `<name>.tune.json` again, without a training; "
        "safe to repeat.",
        schemas.Refreshed,
        errors=(400, 404, 409),
    ),
)
