"""Begin: what starts work by itself, a dropped dataset and the clock."""
