"""What chat adds to a caller's messages: system message and examples."""
