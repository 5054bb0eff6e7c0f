"""What this Python has."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import sys
from functools import lru_cache


@lru_cache(maxsize=128)
def is_package_available(package_name: str) -> bool:
    """Whether a package can be imported; it is not imported to find out."""
    return importlib.util.find_spec(package_name) is not None


def is_torch_available() -> bool:
    """Whether PyTorch is installed."""
    return is_package_available("torch")


def is_tf_available() -> bool:
    """Whether TensorFlow is installed."""
    return is_package_available("tensorflow")


def is_numpy_available() -> bool:
    """Whether NumPy is installed."""
    return is_package_available("numpy")


def is_pillow_available() -> bool:
    """Whether Pillow is installed."""
    return is_package_available("PIL")


def is_jinja_available() -> bool:
    """Whether Jinja is installed."""
    return is_package_available("jinja2")


def is_safetensors_available() -> bool:
    """Whether safetensors is installed."""
    return is_package_available("safetensors")


def is_tensorboard_available() -> bool:
    """Whether TensorBoard is installed."""
    return is_package_available("tensorboard")


def is_fastai_available() -> bool:
    """Whether fastai is installed."""
    return is_package_available("fastai")


def is_notebook() -> bool:
    """Whether this runs in a Jupyter kernel."""
    return "ipykernel.zmqshell" in sys.modules


def is_google_colab() -> bool:
    """Whether this runs in Colab."""
    return "google.colab" in sys.modules


def get_python_version() -> str:
    """Give the version of Python."""
    return platform.python_version()


def get_hf_hub_version() -> str:
    """Give the version of hubnb."""
    from .. import __version__

    return __version__


def get_torch_version() -> str:
    """Give the version of PyTorch, ``N/A`` without it."""
    try:
        return importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        return "N/A"
