"""Webhooks: tells a listener when jobs are over, signed as the service signs."""
