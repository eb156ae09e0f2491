"""The activities as functions of the app, each under the name of its module.

A module is imported at the first call of its activity: all of them together are most of a second,
which each cold start would pay.
"""

from importlib import import_module
from typing import Any

import azure.durable_functions as df

NAMES = (
    "validate_dataset",
    "admit_run",
    "upload_files",
    "train_model",
    "create_deployment",
    "check_ready",
    "evaluate_models",
    "promote_version",
    "resume_version",
    "close_run",
    "find_retirable",
    "retire_deployment",
    "log_retirement",
    "delete_resources",
    "find_notification",
    "send_notification",
)

blueprint = df.Blueprint()


def _register(name: str) -> None:
    def activity(payload: object) -> Any:
        return getattr(import_module(f"activities.{name}"), name)(payload)

    # The name is what the function is called in Azure.
    activity.__name__ = activity.__qualname__ = name
    blueprint.activity_trigger(input_name="payload")(activity)


for _name in NAMES:
    _register(_name)
