"""What is known of a deployment: is it up, what does it run, what is deployed at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..client.errors import HFValidationError
from ..client.inference import Question
from ..client.status import read_json
from .asking import Asking
from .dialects import read_answer
from .mapping import providers_of
from .providers import AUTO, CLASSIC, is_web_address

if TYPE_CHECKING:
    from .routing import Router


@dataclass
class ModelStatus:
    """Whether the Hub's own service has a model ready.

    Parameters
    ----------
    loaded
        Whether it answers at once.
    state
        ``Loaded``, ``Loadable`` or ``Error``.
    compute_type
        What it runs on, as far as the Hub says.
    framework
        Its library, as far as the Hub says.
    """

    loaded: bool
    state: str
    compute_type: dict[str, Any] | str
    framework: str


class Deployment(Asking):
    """Ask about a deployment instead of a model."""

    def get_endpoint_info(self, *, model: str | None = None) -> dict[str, Any]:
        """Say what a deployment runs (only servers of Hugging Face's own making know).

        Raises
        ------
        ValueError
            If no model is named, or another provider serves it.
        """
        chosen = self._deployed(model, "get_endpoint_info")
        router = self._router()
        url = router.classic_url(chosen, suffix="/info")
        question = Question(url, "info", chosen, None, self._own_headers(), router.token_for(url), "GET")
        return read_answer(self._http().ask(question), "info", CLASSIC)

    def health_check(self, model: str | None = None) -> bool:
        """Say whether the deployment at an address is up.

        Raises
        ------
        ValueError
            If `model` is not an address.
        """
        chosen = self._deployed(model, "health_check")
        if not is_web_address(chosen):
            msg = f"health_check asks a server of your own, so it needs its address; {chosen!r} is a model's id."
            raise HFValidationError(msg)
        router = self._router()
        url = router.classic_url(chosen, suffix="/health")
        question = Question(url, "health", chosen, None, self._own_headers(), router.token_for(url), "GET")
        return self._http().status(question) == 200

    def get_model_status(self, model: str | None = None) -> ModelStatus:
        """Say whether the Hub's own service has a model ready.

        Raises
        ------
        ValueError
            If no model is named, or by its address.
        """
        chosen = model or self.model
        if chosen is None or is_web_address(chosen):
            msg = "get_model_status needs the id of a model on the Hub."
            raise HFValidationError(msg)
        router = self._router()
        served = [one for one in providers_of(chosen, router.hub()) if one.provider == CLASSIC]
        if not served:
            msg = f"{CLASSIC} does not serve {chosen!r}."
            raise HFValidationError(msg)
        live = served[0].status == "live"
        return ModelStatus(live, "Loaded" if live else "Error", "unknown", _library_of(chosen, router))

    def list_deployed_models(self, frameworks: str | list[str] | None = None) -> dict[str, list[str]]:
        """List what the Hub's own service serves: ids of models by task.

        Parameters
        ----------
        frameworks
            Only models of these libraries; ``all`` and None don't narrow.
        """
        hub = self._router().hub()
        wanted = [frameworks] if isinstance(frameworks, str) else list(frameworks or [])
        params: dict[str, Any] = {"inference_provider": CLASSIC, "expand": ["pipeline_tag", "library_name"]}
        found: dict[str, list[str]] = {}
        for row in hub.http.pages("/api/models", params=params):
            task = row.get("pipeline_tag")
            if task and (not wanted or "all" in wanted or row.get("library_name") in wanted):
                found.setdefault(task, []).append(row["id"])
        return {task: sorted(ids, key=str.lower) for task, ids in sorted(found.items())}

    def _deployed(self, model: str | None, what: str) -> str:
        chosen = model or self.model
        if chosen is None:
            msg = f"{what} needs to know which model: pass model=, or make the client with one."
            raise HFValidationError(msg)
        if self.provider not in (None, AUTO, CLASSIC) and not is_web_address(chosen):
            msg = f"{what} is not possible at {self.provider}, only at {CLASSIC} and servers of your own."
            raise HFValidationError(msg)
        return chosen


def _library_of(model: str, router: Router) -> str:
    from ..client.repo_id import RepoId

    hub = router.hub()
    info = read_json(hub.http.request("GET", RepoId.parse(model).api, params={"expand": ["library_name"]}))
    return str(info.get("library_name") or "unknown")
