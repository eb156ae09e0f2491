"""The side-door: reset, clock, transitions, faults, and what the emulator has seen."""
