"""The registry: table `models`, where the truth about every run and model lies (design §4)."""

from shared.registry.records import Model, Run
from shared.registry.table import Registry, registry

__all__ = ["Model", "Registry", "Run", "registry"]
