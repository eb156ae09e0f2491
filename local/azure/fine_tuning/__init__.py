"""Fine-tuning jobs: create, read, cancel, pause, events, checkpoints, results."""
