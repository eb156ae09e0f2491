"""Admission: room at the service, budgets and approvals."""
