"""The HTTP edge: endpoints, schemas, presenters. Functions and HTTP are known here only.

FastAPI's types are imported from `fastapi` itself, because they are typed there; the extension for
the worker, which `api.endpoint` imports, has the same objects.
"""

VERSION = "0.1.0"
