"""Versions of a model: which one its name points to, and how they are deleted."""
