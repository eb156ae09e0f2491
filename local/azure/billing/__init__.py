"""The service's own bill: what it would charge, from its own records and prices."""
