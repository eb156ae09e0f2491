"""Tokens: counted with the model's real vocabulary."""
