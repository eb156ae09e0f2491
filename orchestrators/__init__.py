"""Decide: plain generators without I/O, clock, environment or randomness.

`client` is what others use of this package: every instance id, start and signal.
"""
