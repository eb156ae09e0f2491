"""The host's HTTP side: routes, keys, the two kinds of HTTP functions, and the admin pages."""
