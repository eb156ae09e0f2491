"""Loading an app the way the Python worker does: import once, index once, check every function."""

import importlib
import inspect
import logging
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from local.functions_host.errors import StartError, describe_error
from local.functions_host.worker import converters
from local.functions_host.worker.functions import SUPPORTED, Function, FunctionTable
from local.functions_host.worker.signature import OUT, read

log = logging.getLogger("host")

_STRATEGIES = ("exponential_backoff", "fixed_delay")
_MODULE_HELP = (
    "Cannot find module. Please check the requirements.txt file for the missing module. For more "
    "info, please refer the troubleshooting guide: https://aka.ms/functions-modulenotfound. "
    "Current sys.path: "
)
_SETTING = (
    "In Azure, Python 3.11 and 3.12 need the setting PYTHON_ENABLE_INIT_INDEXING=1 for FastAPI "
    "types: without it every HTTP call hangs there. Python 3.13 does not need it."
)


def load(folder: Path) -> FunctionTable:
    """Import the app in `folder` and index its functions.

    The folder becomes the process's working directory and the first place to import from, as in
    the worker. Call it once: azure-functions remembers names and refuses a second indexing.

    Raises:
        StartError: the real worker would not load the app (its words), or a binding is not
            supported.
    """
    script = os.environ.get("PYTHON_SCRIPT_FILE_NAME", "function_app.py")
    if not (folder / script).is_file():
        raise StartError(f"No {script} in {folder}: --app names the folder of a v2 function app.")
    sys.path.insert(0, str(folder))
    os.chdir(folder)
    try:
        table = index(_functions(script))
    except StartError:
        raise
    except (Exception, SystemExit) as error:
        raise StartError(describe_error(error)) from error
    if converters.init_indexing_missing():
        log.warning(_SETTING)
    return table


def index(indexed: Iterable[Any]) -> FunctionTable:
    """Check azure-functions' function objects as the worker does and put them into a table.

    Raises:
        FunctionLoadError: one does not fit its bindings; in the worker's words.
        StartError: one has a binding that this host does not run.
    """
    return FunctionTable(_function(item) for item in indexed)


def _functions(script: str) -> list[Any]:
    from azure.functions import FunctionRegister

    try:
        module = importlib.import_module(Path(script).stem)
    except ImportError as error:
        raise type(error)(f"{error}. {_MODULE_HELP}{' '.join(sys.path)}") from error
    apps = [v for n in module.__dir__() if isinstance(v := getattr(module, n), FunctionRegister)]
    if not apps:
        raise ValueError(f"Could not find top level function app instances in {script}.")
    if len(apps) > 1:
        raise ValueError(
            f"More than one {type(apps[0]).__name__} or other top level function app instances "
            "are defined."
        )
    return list(apps[0].get_functions())


def _function(indexed: Any) -> Function:
    name = indexed.get_function_name()
    user_function = indexed.get_user_function()
    _check_bindings(name, indexed)
    signature = read(name, user_function, indexed.get_bindings())
    _check_retry(name, indexed)
    return Function(
        name=name,
        call=user_function,
        raw_bindings=tuple(_raw_bindings(indexed, signature.inputs)),
        signature=signature,
        directory=Path(inspect.getfile(user_function)).parent,
        script=indexed.function_script_file,
    )


def _raw_bindings(indexed: Any, inputs: Any) -> list[str]:
    if not any(parameter.sdk_type for parameter in inputs.values()):
        return list(indexed.get_raw_bindings())
    from azurefunctions.extensions import base

    kinds = {name: _SdkInput(p.annotation) for name, p in inputs.items()}
    raw, _ = base.get_binding_registry().get_raw_bindings(indexed, kinds)
    return list(raw)


class _SdkInput:
    """The one attribute of the worker's parameter record that the extension reads."""

    def __init__(self, pytype: Any) -> None:
        self.pytype = pytype


def _check_bindings(name: str, indexed: Any) -> None:
    for binding in indexed.get_bindings():
        if binding.type not in SUPPORTED:
            raise StartError(
                f"Function {name} has a binding of type {binding.type!r}, which this local host "
                f"does not run; it runs {', '.join(SUPPORTED)}. Use Core Tools (func start) for it."
            )
        if binding.direction == OUT and binding.name != "$return":
            raise StartError(
                f"Function {name} has the output parameter {binding.name!r}, which this local host "
                "does not fill: return the value."
            )


def _check_retry(name: str, indexed: Any) -> None:
    """What the worker reads of `@app.retry`, with the faults that end its start there."""
    policy = indexed.get_settings_dict("retry_policy")
    if not policy:
        return
    int(policy.get("max_retry_count"))
    fixed = policy.get("strategy") == "fixed_delay"
    for interval in ("delay_interval",) if fixed else ("minimum_interval", "maximum_interval"):
        if fixed or policy.get(interval):
            time.strptime(policy.get(interval), "%H:%M:%S")
    if policy.get("strategy") not in _STRATEGIES:
        raise ValueError(f'unknown enum label "{policy.get("strategy")}"')
    log.warning("%s: its retry policy is not followed by this host", name)
