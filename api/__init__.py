"""What stands at every door: bodies, errors, keys, links. Functions and HTTP are known here only.

FastAPI's types are imported from `fastapi` itself, because they are typed there; the extension that
`api.routes` imports them from has the same objects.
"""

VERSION = "0.1.0"
