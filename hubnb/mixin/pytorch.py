"""PyTorch, or a sentence that says how to get it."""

try:
    import torch
except ImportError as error:
    msg = "This needs PyTorch, which is not installed. Run: pip install 'hubnb[torch]'"
    raise ImportError(msg) from error

__all__ = ["torch"]
