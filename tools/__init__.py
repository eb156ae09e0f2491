"""Makers of generated documentation; not deployed."""
