"""The settings, by what they are for."""
