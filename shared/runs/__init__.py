"""Runs: how they come in, and the payloads that the parts exchange."""
