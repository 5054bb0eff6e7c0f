"""The form by which somebody asks for access to a gated repository, with the questions that its card puts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubnb.server.frontpage import described, path_of, visitor_of
from hubnb.server.pages import Html, form_key, link, panel, tag

if TYPE_CHECKING:
    from hubnb.server.call import Call

_MAX_FIELDS, _MAX_OPTIONS = 30, 100
_INPUTS = {"text": "text", "checkbox": "checkbox", "date_picker": "date", "country": "text"}
_ANSWERS = {"pending": "You have asked for access. Somebody has to let you in.", "rejected": "Access was refused."}


def ask_for_access(call: Call) -> Html:
    """Return what somebody sees who may know of a repository but not read its files."""
    head = tag("h2", "You need access before you can read the files")
    visitor = visitor_of(call)
    if visitor is None:
        return panel(tag("p", link("Log in", "/login"), " to ask for it.", class_="body"), head=head)
    row = call.hub.database.one(
        "SELECT status FROM access_requests WHERE repo_id = ? AND user_id = ?", call.repo.id, call.caller.id
    )
    if row is not None:
        return panel(tag("p", _ANSWERS.get(row["status"], ""), class_="body"), head=head)
    card = described(call.repo).get("cardData") or {}
    prompt, fields = card.get("extra_gated_prompt"), card.get("extra_gated_fields")
    asked = list(fields.items())[:_MAX_FIELDS] if isinstance(fields, dict) else []
    form = tag(
        "form",
        form_key(visitor),
        *(_question(str(name), kind) for name, kind in asked),
        tag("div", tag("button", "Ask for access", class_="primary"), class_="row"),
        method="post",
        action=path_of(call.repo, "ask-access"),
        class_="login",
    )
    said = [tag("p", prompt)] if isinstance(prompt, str) else []
    return panel(tag("div", *said, form, class_="body"), head=head)


def _question(name: str, kind: Any) -> Html:
    options = kind.get("options") if isinstance(kind, dict) else None
    kind = kind.get("type") if isinstance(kind, dict) else kind
    if isinstance(options, list):
        words = (option.get("value") if isinstance(option, dict) else option for option in options[:_MAX_OPTIONS])
        return tag("label", name, tag("select", *(tag("option", str(word)) for word in words), name=name))
    shape = _INPUTS.get(str(kind), "text")
    box = tag("input", type=shape, name=name, required="", **({"value": "true"} if shape == "checkbox" else {}))
    return tag("label", box, " ", name, class_="tick") if shape == "checkbox" else tag("label", name, box)
