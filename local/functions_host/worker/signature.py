"""What a function declares against what its bindings say, checked as the Python worker checks it.

The worker does this for every function before the first call, and one that does not fit keeps
the whole app from loading. The texts are those of Microsoft's library for Python 3.13
(azure-functions-runtime 1.3.0): a search for one finds its answers.
"""

import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.functions_host.errors import FunctionLoadError
from local.functions_host.worker import converters

OUT = 1
"""`direction` of a binding that a function's result goes to."""


@dataclass(frozen=True)
class Parameter:
    """One argument of a function: the binding type that converts it, and its annotation."""

    name: str
    binding: str
    annotation: Any
    sdk_type: bool


@dataclass(frozen=True)
class Result:
    """What a returned value is converted by."""

    binding: str
    annotation: Any


@dataclass(frozen=True)
class Signature:
    """How a function is called: inputs, result, whether it wants the context."""

    inputs: Mapping[str, Parameter]
    result: Result | None
    wants_context: bool
    is_async: bool


def read(name: str, function: Callable[..., Any], bindings: Sequence[Any]) -> Signature:
    """The signature of a user's function.

    Args:
        name: the function's name in the app.
        function: what the worker would call.
        bindings: azure-functions' binding objects; what is no `$return` is an input.

    Raises:
        FunctionLoadError: function and bindings do not fit; in the worker's words.
        TypeError: an input is annotated with `Optional`, `Union` or `Literal` in an app that has
            imported an extension of SDK types.
        NameError: an annotation names something that does not exist at run time.
    """
    parameters = dict(inspect.signature(function).parameters)
    annotations = typing.get_type_hints(function)
    bound = {binding.name: binding for binding in bindings if binding.name != "$return"}
    wants_context = _takes_context(name, parameters, bound, annotations)
    _same_names(name, parameters, bound)
    return Signature(
        inputs={key: _parameter(name, key, bound[key], annotations) for key in parameters},
        result=_result(name, bindings, annotations),
        wants_context=wants_context,
        is_async=inspect.iscoroutinefunction(function),
    )


def _takes_context(
    name: str,
    parameters: dict[str, inspect.Parameter],
    bound: Mapping[str, Any],
    annotations: Mapping[str, Any],
) -> bool:
    if "context" not in parameters or "context" in bound:
        return False
    parameters.pop("context")
    annotation = annotations.get("context")
    if annotation is not None and getattr(annotation, "__name__", "") != "Context":
        raise FunctionLoadError(
            name,
            'the "context" parameter is expected to be of type azure.functions.Context, got '
            f'"{annotation!r}"',
        )
    return True


def _same_names(name: str, parameters: Mapping[str, Any], bound: Mapping[str, Any]) -> None:
    if extra := set(parameters) - set(bound):
        raise FunctionLoadError(
            name,
            "the following parameters are declared in Python but not in the function definition "
            f"(function.json or function decorators):  {extra!r}",
        )
    if missing := set(bound) - set(parameters):
        raise FunctionLoadError(
            name,
            "Extra parameters in binding definition — the following parameters are declared as "
            f"bindings but are not present in Python: {missing!r}",
        )


def _parameter(function: str, name: str, binding: Any, annotations: Mapping[str, Any]) -> Parameter:
    if name not in annotations:
        return Parameter(name, binding.type, None, sdk_type=False)
    wanted = annotations[name]
    sdk_type = converters.is_sdk_type(wanted)
    if not isinstance(wanted, type) and not _is_generic(wanted):
        raise FunctionLoadError(
            function, f"binding {name} has invalid non-type annotation {wanted!r}"
        )
    is_plain = wanted in (str, bytes) and not converters.has_implicit_output(binding.type)
    kind = "generic" if is_plain else binding.type
    if not converters.accepts(kind, wanted, deferred=sdk_type):
        raise FunctionLoadError(
            function,
            f'binding type "{name!r}" and dataType "{binding.type}" in the binding decorator do '
            "not match the corresponding function parameter's Python type annotation "
            f"{wanted.__name__}",
        )
    return Parameter(name, kind, wanted, sdk_type)


def _result(name: str, bindings: Sequence[Any], annotations: Mapping[str, Any]) -> Result | None:
    explicit = next((b.type for b in bindings if b.name == "$return"), None)
    if explicit is None:
        implicit = [b.type for b in bindings if converters.has_implicit_output(b.type)]
        return Result(implicit[-1], annotations.get("return")) if implicit else None
    if "return" in annotations:
        _check_return(name, explicit, annotations["return"])
    return Result(explicit, annotations.get("return"))


def _check_return(name: str, binding: str, annotation: Any) -> None:
    if not isinstance(annotation, type):
        raise FunctionLoadError(name, f"has invalid non-type return annotation {annotation!r}")
    if not converters.returns(binding, annotation):
        raise FunctionLoadError(
            name,
            f'Python return annotation "{annotation.__name__}" does not match binding type '
            f'"{binding}"',
        )


def _is_generic(annotation: Any) -> bool:
    """What the worker takes for a generic type: `List[int]`, but not `list[int]` or a union."""
    if isinstance(annotation, types.GenericAlias | types.UnionType):
        return False
    origin = typing.get_origin(annotation)
    return origin is not None and origin not in (typing.Union, tuple, typing.ClassVar, Callable)
