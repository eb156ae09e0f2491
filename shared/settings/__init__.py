"""Settings: from the environment only, read once, typed and checked."""

from shared.settings.table import Settings, settings

__all__ = ["Settings", "settings"]
