"""Deployments by Azure Resource Manager: put, get, list, patch, delete, pause, usages."""
