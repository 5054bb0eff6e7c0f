"""The embedded Hub: real git objects, real large files, the Hub's HTTP, nothing else of hubnb."""

from hubnb.server.local import LocalHub

__all__ = ["LocalHub"]
