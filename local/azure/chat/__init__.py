"""Chat completions: JSON and streams, base and tuned answers, filters and rate limits."""
