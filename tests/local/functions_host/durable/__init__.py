"""Tests of the Durable engine."""
