"""The HTTP API: one table of operations, from which the router and the OpenAPI document are both made."""
