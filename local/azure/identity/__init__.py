"""The managed identity of App Service and Functions, emulated."""
