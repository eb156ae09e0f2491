"""Datasets: their names and their options."""
