"""Models: base ones from a catalogue, tuned ones from jobs that succeeded."""
