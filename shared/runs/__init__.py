"""Runs: how they come in, and what travels between the parts that work on one."""
