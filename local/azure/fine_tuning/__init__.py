"""Fine-tuning jobs: create, watch, cancel, pause, events, checkpoints, results."""
