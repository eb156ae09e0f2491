"""Deployments: idle, waking, pinned, gone, and when their models retire."""
