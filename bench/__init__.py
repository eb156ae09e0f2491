"""Benchmarks: what tunedrop costs in time and memory, side by side with others, in one run."""
