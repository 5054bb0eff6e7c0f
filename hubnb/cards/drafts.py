"""Cards that somebody is writing, kept in files until they are pushed or thrown away.

A draft survives a reload, a kernel restart and a closed tab. It lies in the assets folder, readable by its owner
only, with the text it began from: that is what a merge needs when the Hub moved on meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from hubnb.client.settings import Settings


@dataclass(frozen=True)
class Draft:
    """An unfinished card.

    Parameters
    ----------
    text
        The whole README as it was typed.
    base
        The text it began from; empty for a new card.
    base_commit
        The commit `base` is of, if it is of one.
    saved_at
        When it was saved, in ISO format.
    """

    text: str
    base: str
    base_commit: str | None
    saved_at: str

    @classmethod
    def now(cls, text: str, base: str, base_commit: str | None) -> Draft:
        """Make a draft of this moment."""
        return cls(text, base, base_commit, datetime.now(timezone.utc).isoformat(timespec="seconds"))


class DraftFile:
    """The place of one card's draft.

    Parameters
    ----------
    *names
        What tells this card from others: endpoint, kind of repository, id, revision; or a file's path.
    """

    def __init__(self, *names: str, folder: Path | None = None) -> None:
        folder = folder or Settings.from_env().assets_dir / "hubnb" / "drafts"
        self.path = folder / f"{hashlib.sha256(json.dumps(names).encode()).hexdigest()[:32]}.json"

    def load(self) -> Draft | None:
        """Give the draft, if there is one that can be read."""
        try:
            return Draft(**json.loads(self.path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def save(self, draft: Draft) -> None:
        """Keep the draft; the one before stays until this one is whole."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=self.path.parent, suffix=".tmp")  # readable by its owner only
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(draft), file)
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def discard(self) -> None:
        """Forget the draft."""
        self.path.unlink(missing_ok=True)
