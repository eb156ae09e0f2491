"""Rows that are there twice: exact copies, same prompts, near copies between two files."""
