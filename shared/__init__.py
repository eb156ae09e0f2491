"""What tunedrop knows: rules and clients, free of Functions and of HTTP handlers."""
