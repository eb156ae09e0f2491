"""Act: one idempotent function per outside effect.

An activity may run more than once, also at the same time, and its answer may be lost after its
effect. So each looks for its own effect first, acts, and then reconciles what others did meanwhile.
The names here are the names of the functions in Azure.
"""
