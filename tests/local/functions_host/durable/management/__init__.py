"""Tests of the engine's HTTP API."""
