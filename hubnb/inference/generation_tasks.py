"""Text generation: go on with a text, whole or token by token."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any, Literal, TypedDict, overload

from ..client.errors import BadRequestError, HFValidationError
from .asking import Asking
from .calls import TaskCall, first_of
from .results.generation import TextGenerationInputGrammarType, TextGenerationOutput, TextGenerationStreamOutput
from .streams import AnswerStream

if TYPE_CHECKING:
    from typing_extensions import Unpack

_NOT_USED = re.compile(r"`model_kwargs` are not used by the model: \[(.*?)\]")


class GenerationOptions(TypedDict, total=False):
    """Parameters of `GenerationTasks.text_generation` that don't decide what it returns."""

    model: str | None
    adapter_id: str | None
    best_of: int | None
    decoder_input_details: bool | None
    do_sample: bool | None
    frequency_penalty: float | None
    grammar: TextGenerationInputGrammarType | None
    max_new_tokens: int | None
    repetition_penalty: float | None
    return_full_text: bool | None
    seed: int | None
    stop: list[str] | None
    temperature: float | None
    top_k: int | None
    top_n_tokens: int | None
    top_p: float | None
    truncate: int | None
    typical_p: float | None
    watermark: bool | None


class GenerationTasks(Asking):
    """Go on with a text."""

    @overload
    def text_generation(
        self, prompt: str, *, details: Literal[True], stream: Literal[True], **options: Unpack[GenerationOptions]
    ) -> AnswerStream[TextGenerationStreamOutput]: ...

    @overload
    def text_generation(
        self, prompt: str, *, details: Literal[True], stream: Literal[False] | None = None,
        **options: Unpack[GenerationOptions],
    ) -> TextGenerationOutput: ...  # fmt: skip

    @overload
    def text_generation(
        self, prompt: str, *, details: Literal[False] | None = None, stream: Literal[True],
        **options: Unpack[GenerationOptions],
    ) -> AnswerStream[str]: ...  # fmt: skip

    @overload
    def text_generation(
        self, prompt: str, *, details: Literal[False] | None = None, stream: Literal[False] | None = None,
        **options: Unpack[GenerationOptions],
    ) -> str: ...  # fmt: skip

    @overload
    def text_generation(
        self, prompt: str, *, details: bool | None = None, stream: bool | None = None,
        **options: Unpack[GenerationOptions],
    ) -> str | TextGenerationOutput | AnswerStream[str] | AnswerStream[TextGenerationStreamOutput]: ...  # fmt: skip

    def text_generation(
        self,
        prompt: str,
        *,
        details: bool | None = None,
        stream: bool | None = None,
        model: str | None = None,
        adapter_id: str | None = None,
        best_of: int | None = None,
        decoder_input_details: bool | None = None,
        do_sample: bool | None = None,
        frequency_penalty: float | None = None,
        grammar: TextGenerationInputGrammarType | None = None,
        max_new_tokens: int | None = None,
        repetition_penalty: float | None = None,
        return_full_text: bool | None = None,
        seed: int | None = None,
        stop: list[str] | None = None,
        temperature: float | None = None,
        top_k: int | None = None,
        top_n_tokens: int | None = None,
        top_p: float | None = None,
        truncate: int | None = None,
        typical_p: float | None = None,
        watermark: bool | None = None,
    ) -> str | TextGenerationOutput | AnswerStream[str] | AnswerStream[TextGenerationStreamOutput]:
        """Go on with a text.

        Parameters
        ----------
        details
            Whether to tell how the text came about: tokens, why it ended.
        stream
            Whether to give tokens as they come.
        adapter_id
            LoRA adapter to use.
        best_of
            How many attempts to make, of which the best is given.
        max_new_tokens
            Where to stop at the latest.
        stop
            Texts at which to stop.
        return_full_text
            Whether the prompt is part of the answer.
        grammar
            What the text must look like: a regular expression or a JSON schema.
        truncate
            To how many tokens the prompt is cut, from its start.

        Returns
        -------
        str, TextGenerationOutput or an iterator of either
            As `details` and `stream` say.

        Raises
        ------
        TextGenerationError
            The server's own reason, as the subclass that fits.

        Examples
        --------
        >>> for token in client.text_generation("The capital of Norway is", max_new_tokens=5, stream=True):
        ...     print(token, end="")
        """
        if decoder_input_details and not details:
            warnings.warn("decoder_input_details is only given with details=True, so it is left out.", stacklevel=2)
            decoder_input_details = False
        parameters: dict[str, Any] = {
            "adapter_id": adapter_id,
            "best_of": best_of,
            "decoder_input_details": decoder_input_details,
            "details": details,
            "do_sample": do_sample,
            "frequency_penalty": frequency_penalty,
            "grammar": grammar,
            "max_new_tokens": max_new_tokens,
            "repetition_penalty": repetition_penalty,
            "return_full_text": return_full_text,
            "seed": seed,
            "stop": stop,
            "temperature": temperature,
            "top_k": top_k,
            "top_n_tokens": top_n_tokens,
            "top_p": top_p,
            "truncate": truncate,
            "typical_p": typical_p,
            "watermark": watermark,
        }
        try:
            return self._generate(prompt, parameters, model, stream=bool(stream))
        except BadRequestError as error:
            unknown = _NOT_USED.search(error.server_message or "")
            if unknown is None:
                raise
            names = {name.strip(" '\"") for name in unknown[1].split(",")}
        if stream:
            msg = "This model's server can't stream. Call it with stream=False."
            raise HFValidationError(msg)
        warnings.warn(f"This model's server ignores {', '.join(sorted(names))}.", stacklevel=2)
        kept = {name: value for name, value in parameters.items() if name not in names}
        return self._generate(prompt, kept, model, stream=False)

    def _generate(self, prompt: str, parameters: dict[str, Any], model: str | None, *, stream: bool) -> Any:
        call = TaskCall("text-generation", prompt, parameters, {"stream": True} if stream else {})
        details = bool(parameters.get("details"))
        if stream:
            return AnswerStream(self.ask_stream(call, model), _read_all if details else _read_text, call.task)
        first = first_of(self.ask(call, model))
        return TextGenerationOutput.parse_obj_as_instance(first) if details else first["generated_text"]


def _read_all(data: dict[str, Any]) -> TextGenerationStreamOutput:
    if "choices" in data:  # a provider that speaks OpenAI's schema
        choice = data["choices"][0]
        token = {"id": 0, "text": choice.get("text", ""), "logprob": 0.0, "special": False}
        data = {"index": choice.get("index", 0), "token": token}
    return TextGenerationStreamOutput.parse_obj_as_instance(data)


def _read_text(data: dict[str, Any]) -> str:
    return _read_all(data).token.text
