"""One file for each HTTP resource."""
