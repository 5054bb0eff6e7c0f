"""Where repositories are in the route table: in the API, on the web, and for git."""

from __future__ import annotations

_REPO = "{namespace:part}/{name:part}"
API_REPO = f"/api/{{kind:kind}}/{_REPO}"
WEB_REPOS = (f"/{{kind:kind}}/{_REPO}", f"/{_REPO}")
"""Models, which have no kind in their addresses, are what is left: they come last."""
GIT_REPOS = tuple(
    f"{kind}/{{namespace:part}}/{name}" for kind in ("/{kind:kind}", "") for name in ("{name:dotgit}", "{name:part}")
)
