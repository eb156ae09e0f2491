"""What stops the host before it serves: an app, a setting or a file that Azure refuses too."""


class StartError(Exception):
    """The host does not start. The text is for a person: what was seen, where, and what to do."""


class FunctionLoadError(RuntimeError):
    """One function does not fit its bindings; named and worded as the Python worker does."""

    def __init__(self, function: str, reason: str) -> None:
        super().__init__(f"cannot load the {function} function: {reason}")


def describe_error(error: BaseException) -> str:
    """The error in the worker's form, `Type: text`."""
    return f"{type(error).__name__}: {error}"
