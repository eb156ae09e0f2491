"""Uploads of large files in parts; only the dated data plane has them."""
