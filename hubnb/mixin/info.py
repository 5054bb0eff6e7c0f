"""What a class says about all its models."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubnb.cards import ModelCardData


@dataclass
class MixinInfo:
    """The class keywords of a model, together with those of its parents."""

    model_card_template: str | None
    model_card_data: ModelCardData
    docs_url: str | None
    paper_url: str | None
    repo_url: str | None

    @classmethod
    def joined(cls, parents: Sequence[MixinInfo], own: MixinInfo, *, tags: Sequence[str]) -> MixinInfo:
        """Let a class inherit what it doesn't say itself from its nearest parent; tags of all parents meet."""
        nearest = parents[0] if parents else own
        data = copy.deepcopy(nearest.model_card_data)
        for name in own.model_card_data:
            if own.model_card_data[name] is not None:
                data[name] = own.model_card_data[name]
        inherited = [tag for parent in parents for tag in parent.model_card_data.get("tags") or []]
        data["tags"] = sorted({*inherited, *tags})
        return cls(
            model_card_template=own.model_card_template or nearest.model_card_template,
            model_card_data=data,
            docs_url=own.docs_url or nearest.docs_url,
            paper_url=own.paper_url or nearest.paper_url,
            repo_url=own.repo_url or nearest.repo_url,
        )
