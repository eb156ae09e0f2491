"""Webhooks: an event when a job ends, signed as the service signs."""
