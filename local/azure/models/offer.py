"""A model as Resource Manager lists it for an account."""

from datetime import UTC, datetime
from typing import Any

from .catalogue import BaseModel

# thousands of tokens per minute; open-weight models load no adapter with less
OPEN_WEIGHT_CAPACITY = 100
MAX_CAPACITY = 1_000_000
BASE_SKUS = ("GlobalStandard", "DataZoneStandard", "Standard")


def offer_model(model: BaseModel, location: str) -> dict[str, Any]:
    """The entry of `…/accounts/{account}/models`.

    A SKU stands there twice: with the quota of the model itself and, ending in `-finetune`, with
    that of models tuned from it. Open-weight models do not say that they can be tuned.
    """
    tuned = model.tuned_skus(location) if model.methods else ()
    says_it = model.methods and not model.is_open_weight
    return {
        "name": model.name,
        "format": model.format,
        "version": model.version,
        "isDefaultVersion": True,
        "maxCapacity": MAX_CAPACITY,
        "capabilities": {
            "chatCompletion": "true",
            **({"fineTune": "true", "FineTuneTokensMaxValue": "2000000000"} if says_it else {}),
        },
        "deprecation": {
            "fineTune": _iso(model.end("training")),
            "inference": _iso(model.end("base")),
        },
        "lifecycleStatus": model.stage,
        "skus": [
            *(_sku(model, name, tuned=False) for name in BASE_SKUS),
            *(_sku(model, name, tuned=True) for name in tuned),
        ],
    }


def _sku(model: BaseModel, name: str, *, tuned: bool) -> dict[str, Any]:
    return {
        "name": name,
        "usageName": model.usage_name(name, tuned=tuned),
        "deprecationDate": _iso(model.end("tuned" if tuned else "base")),
        "capacity": {"default": 10, "minimum": None, "maximum": MAX_CAPACITY, "step": None},
    }


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
