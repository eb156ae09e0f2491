"""Images in a row: what their first bytes say, and what they cost."""
