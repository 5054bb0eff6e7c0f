"""How the documentation is built: `make docs`, then open build/docs/index.html."""

from __future__ import annotations

import sys
from pathlib import Path

import hubnb

sys.path.insert(0, str(Path(__file__).parent))
import reference_pages

reference_pages.write(Path(__file__).parent / "reference")

project = "hubnb"
author = "The hubnb authors"
release = version = hubnb.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["screenshots"]  # pictures for the README
html_theme = "furo"
html_title = f"hubnb {release}"
html_static_path: list[str] = []
html_show_sphinx = False
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_default_options = {"members": True, "show-inheritance": True, "undoc-members": True}
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
add_module_names = False
# Docstrings are written to be read as text: a single back quote marks code, as it does in Markdown.
default_role = "code"
nitpicky = False
