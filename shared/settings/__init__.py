"""Settings: environment only, read once, typed, checked."""

from shared.settings.table import Settings, settings

__all__ = ["Settings", "settings"]
