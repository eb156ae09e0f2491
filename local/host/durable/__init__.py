"""The Durable engine of the local Functions host."""
