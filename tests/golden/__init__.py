"""The local host held against recordings of the real Durable extension."""
