"""Notifications about runs, as signed webhooks."""
