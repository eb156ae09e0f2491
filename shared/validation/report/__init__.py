"""Reports: what was found, for machines and for people."""
