"""What the doctor finds, as data and as a table."""

from __future__ import annotations

import html
from dataclasses import dataclass, field


class DoctorWarning(UserWarning):
    """Something about a class or a model would not survive being saved and loaded."""


@dataclass(frozen=True)
class Finding:
    """One thing about a model."""

    kind: str
    """``argument``, ``tensor``, ``buffer``, ``tie``, ``module``, ``attribute``, ``class`` or ``loading``."""
    name: str
    """What it is about."""
    says: str
    remedy: str | None = None
    is_problem: bool = True
    """Whether the loaded model would be another one; else it is only worth knowing."""

    def __str__(self) -> str:
        return f"{self.says} {self.remedy}" if self.remedy else self.says


@dataclass(frozen=True)
class Diagnosis:
    """What was found about a model; printed, or shown by a notebook, it is a table."""

    model_name: str
    findings: list[Finding] = field(default_factory=list[Finding])

    @property
    def problems(self) -> list[Finding]:
        """What would make the loaded model another one."""
        return [finding for finding in self.findings if finding.is_problem]

    @property
    def notes(self) -> list[Finding]:
        """What is worth knowing and does no harm."""
        return [finding for finding in self.findings if not finding.is_problem]

    @property
    def healthy(self) -> bool:
        """Whether the model comes back as it is."""
        return not self.problems

    def __str__(self) -> str:
        lines = [f"{'problem' if one.is_problem else 'note':8} {one.kind:10} {one}" for one in self.findings]
        verdict = "comes back exactly as it is" if self.healthy else "would not come back as it is"
        return "\n".join([f"{self.model_name} {verdict}.", *lines])

    def _repr_html_(self) -> str:
        cells = [
            ("problem" if one.is_problem else "note", one.kind, one.name, one.says, one.remedy or "")
            for one in [*self.problems, *self.notes]
        ]
        rows = "".join(
            "<tr>"
            + "".join(f'<td style="text-align:left;white-space:pre-wrap">{html.escape(cell)}</td>' for cell in row)
            + "</tr>"
            for row in cells
        )
        verdict = "comes back exactly as it is" if self.healthy else "would not come back as it is"
        head = "".join(f'<th style="text-align:left">{name}</th>' for name in ("", "kind", "name", "what", "remedy"))
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
        return f"<p><b>{html.escape(self.model_name)}</b> {verdict}.</p>{table}"
