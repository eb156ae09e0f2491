"""What lies beside a dataset, as its run reads it."""

from shared.clients import storage
from shared.datasets import names
from shared.datasets import tune_options as options
from shared.errors import ServiceError
from shared.registry import Run


def tune_options(run: Run) -> options.TuneOptions:
    """The options of a run's dataset.

    Raises:
        ServiceError: `tune_options`, if the companion was changed to a wrong one after validation.
    """
    name = names.parse(run.dataset.blob)
    blob = name.companion(".tune.json") if name else ""
    tune, faults = options.parse(storage.datasets().read(blob, options.LIMIT))
    if faults:
        raise ServiceError(
            "tune_options",
            f"{blob} changed: {faults[0].message}",
            hint=f"Fix {blob} and upload it again.",
            status=400,
        )
    return tune
