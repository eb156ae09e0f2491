"""Runs: how they come in, and what is passed between the parts that work on one."""
