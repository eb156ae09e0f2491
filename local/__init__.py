"""A laptop's stand-in for Azure: a Functions host and the Azure OpenAI surfaces. Never deployed."""
