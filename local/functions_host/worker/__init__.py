"""What Microsoft's Python worker does: load an app, check its functions, convert, call."""
