"""Uploads of large files in parts; only the dated API has them."""
