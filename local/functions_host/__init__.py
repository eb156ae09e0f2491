"""A small Azure Functions host for Python apps of the v2 model.

It loads an app as the Python worker does, refuses what that worker refuses with the same words, and
runs its HTTP, blob, timer and Durable functions. It knows nothing of the app it runs.
"""
