"""The app of `bench.host`: a fan-out and a timer, as small as they can be."""
