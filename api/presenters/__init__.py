"""Rows of the registry as the bodies of answers. Pure functions."""
