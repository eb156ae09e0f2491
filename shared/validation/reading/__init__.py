"""Reading: bytes to lines to rows."""
