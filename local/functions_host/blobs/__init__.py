"""Blob triggers, by polling and by Event Grid, over the real host's records in storage."""
