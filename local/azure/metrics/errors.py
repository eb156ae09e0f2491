"""What Azure Monitor says about queries that it does not answer."""

from collections.abc import Iterable

from local.azure.errors import ServiceError


def bad_query(message: str) -> ServiceError:
    """400 for a query that cannot be understood."""
    return ServiceError(400, "BadRequest", message)


def unknown_metric(name: str, known: Iterable[str]) -> ServiceError:
    """400 for a metric that the account does not have."""
    return bad_query(
        "Failed to find metric configuration for provider: Microsoft.CognitiveServices, resource"
        f" Type: accounts, metric: {name}, Valid metrics: {','.join(known)}"
    )


def unknown_dimension(name: str, known: Iterable[str]) -> ServiceError:
    """400 for a filter on a dimension that the metric does not have."""
    return bad_query(
        f"Metric does not support requested dimension combination: {name.lower()}, supported ones"
        f" are: {','.join(known)}"
    )
