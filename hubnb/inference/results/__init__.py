"""Typed answers of every task, each a dataclass and a dict."""
