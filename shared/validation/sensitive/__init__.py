"""Personal data and secrets: how they are found fast, and how they are masked."""
