"""The JSON bodies and queries of the endpoints, one file for each resource.

Times are ISO 8601 in UTC, durations seconds.
"""
