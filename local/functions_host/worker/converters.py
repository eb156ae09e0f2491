"""The converters between what a host sends and what a Python function sees.

They are azure-functions' own, and those of its extensions for SDK types; the worker adds only a
generic one for bindings that neither package knows.
"""

import os
import sys
from collections.abc import Mapping
from typing import Any, cast

import azure.functions as func
from azure.functions.meta import Datum

HTTP_TRIGGER = "httpTrigger"
HTTP = "http"


class GenericConverter:
    """Inputs as texts and bytes, whatever their binding, and the durable client's text."""

    @classmethod
    def check_input_type_annotation(cls, annotation: type) -> bool:
        """Whether a parameter may be annotated so."""
        return issubclass(annotation, (str, bytes))

    @classmethod
    def decode(cls, data: Datum, *, trigger_metadata: Mapping[str, Datum] | None) -> Any:  # noqa: ARG003
        """The value as it came."""
        if data.type not in ("string", "bytes", "json", None):
            # Two arguments, as in the worker: the text shows a tuple.
            raise ValueError(
                'unexpected type of data received for the "generic" binding ', repr(data.type)
            )
        return data.value


def converter(binding: str, *, deferred: bool = False) -> Any:
    """The converter class for a binding type; `deferred` asks for the one of SDK types."""
    registry = _sdk_types() if deferred else _converters()
    found = registry.get(binding) if registry else None
    return found or GenericConverter


def is_sdk_type(annotation: Any) -> bool:
    """Whether the annotation is a type of azurefunctions-extensions (BlobClient and the like).

    Raises:
        TypeError: it is `Optional`, `Union` or `Literal`, which the extension does not expect; its
            words, so they are the worker's too.
    """
    registry = _sdk_types()
    return registry is not None and bool(registry.check_supported_type(annotation))


def has_implicit_output(binding: str) -> bool:
    """Whether a function with this binding may return a value without a `$return` binding."""
    return bool(getattr(converter(binding), "has_implicit_output", lambda: False)())


def is_trigger(binding: str) -> bool:
    """Whether the binding type starts functions, so that metadata goes with its value."""
    found = converter(binding)
    return found is not GenericConverter and bool(found.has_trigger_support())


def accepts(binding: str, annotation: Any, *, deferred: bool = False) -> bool:
    """Whether a parameter of this binding may be annotated so."""
    web = web_extension()
    if binding == HTTP_TRIGGER and web is not None:
        return bool(web.RequestTrackerMeta.check_type(annotation))
    return bool(converter(binding, deferred=deferred).check_input_type_annotation(annotation))


def returns(binding: str, annotation: Any) -> bool:
    """Whether an output of this binding may be annotated so."""
    web = web_extension()
    if binding == HTTP and web is not None:
        return bool(web.ResponseTrackerMeta.check_type(annotation))
    return bool(converter(binding).check_output_type_annotation(annotation))


def decode(
    binding: str,
    data: Datum,
    metadata: Mapping[str, Datum] | None,
    *,
    sdk_type: type | None = None,
) -> Any:
    """The argument a function gets for what the host sends.

    Raises:
        TypeError: the binding does not take this kind of data; in the worker's words.
    """
    found = converter(binding, deferred=sdk_type is not None)
    try:
        if sdk_type is not None:
            return found.decode(data, trigger_metadata=metadata or {}, pytype=sdk_type)
        return found.decode(data, trigger_metadata=metadata)
    except NotImplementedError:
        raise TypeError(
            "unable to decode incoming TypedData: unsupported combination of TypedData field "
            f"{data.type!r} and expected binding type {found}"
        ) from None


def encode(binding: str, value: Any, annotation: Any) -> Datum:
    """What the worker sends back for a function's result.

    Raises:
        TypeError: the binding has no form for this value; in the worker's words.
    """
    found = converter(binding)
    try:
        return cast("Datum", found.encode(value, expected_type=annotation))
    except NotImplementedError:
        raise TypeError(
            f'unable to encode outgoing TypedData: unsupported type "{binding}" for Python type '
            f'"{type(value).__name__}"'
        ) from None


def web_extension() -> Any | None:
    """The base extension's module if the app imported a web extension (FastAPI types), else None.

    The mere import decides for the whole app, as on the worker.
    """
    base = sys.modules.get("azurefunctions.extensions.base")
    if base is None or not base.HttpV2FeatureChecker.http_v2_enabled():
        return None
    return base


def init_indexing_missing() -> bool:
    """Whether FastAPI types lack the setting that they need in Azure on Python up to 3.12."""
    setting = os.environ.get("PYTHON_ENABLE_INIT_INDEXING", "").strip().lower()
    on = setting in ("1", "true", "t", "yes", "y")
    return web_extension() is not None and sys.version_info < (3, 13) and not on


def _converters() -> Any:
    return func.get_binding_registry()  # type: ignore[no-untyped-call]


def _sdk_types() -> Any | None:
    # Packages of SDK types import the extension; an app that did not import one has no such types.
    base = sys.modules.get("azurefunctions.extensions.base")
    return base.get_binding_registry() if base else None
