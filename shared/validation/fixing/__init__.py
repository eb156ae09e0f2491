"""Fixes: what can be corrected without guessing (`--fix`)."""
