"""The control API: reset, clock, transitions, faults, and what the emulator has seen."""
