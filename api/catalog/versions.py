"""Models, their versions, and which of them is in front."""

from api import schemas
from api.catalog.door import Door

DOORS = (
    Door(
        "list_tuned_models",
        "get",
        "models",
        "function",
        "Models, by name.",
        schemas.ModelSummaries,
    ),
    Door(
        "show_model",
        "get",
        "models/{name}",
        "function",
        "One model: its versions from their bytes to their last use, and what chat adds.",
        schemas.ModelDetail,
        errors=(404,),
    ),
    Door(
        "show_card",
        "get",
        "models/{name}/card",
        "function",
        "The same as a model card in Markdown.",
        None,
        forms=("text/markdown",),
        errors=(404,),
    ),
    Door(
        "rollback_model",
        "post",
        "models/{name}/rollback",
        "admin",
        "Put the previous version back; 202 while it must be woken first. Safe to repeat.",
        schemas.Switch,
        also=(202,),
        errors=(404, 409),
    ),
    Door(
        "promote_model",
        "post",
        "models/{name}/promote",
        "admin",
        "Put a version in front, also one that failed the gate; 202 while it must be woken first.",
        schemas.Switch,
        also=(202,),
        query=schemas.PromoteQuery,
        errors=(400, 404, 409),
    ),
)
