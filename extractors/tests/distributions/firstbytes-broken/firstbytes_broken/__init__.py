"""A plugin that breaks when it is imported."""

message = "no luck today"
raise RuntimeError(message)
