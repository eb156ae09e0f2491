"""The only place that speaks to Azure. One module per service; errors leave as `ServiceError`.

Nothing here imports an SDK while it is loaded: loading the app is the cold start that users pay.
"""
