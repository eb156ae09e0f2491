"""Seeded random runs of the whole: datasets, faults, crashes, duplicates, weeks of virtual time."""
