"""Panels: what people see of hubnb in a notebook.

One panel is one class in one module here and one folder of the same name in ``js/``. Nothing is imported on
import; ask for what you need (``hubnb.login`` is ``hubnb.panels.verbs.login``).
"""
