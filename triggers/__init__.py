"""Start: what starts work by itself, a dropped dataset and the clock; and what a crash left."""
