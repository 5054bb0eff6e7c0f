"""Tasks that listen and speak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .asking import Asking
from .calls import TaskCall
from .content import from_base64
from .results.media import (
    AudioClassificationOutputElement,
    AudioClassificationOutputTransform,
    AudioToAudioOutputElement,
    AutomaticSpeechRecognitionOutput,
    TextToSpeechEarlyStoppingEnum,
)

if TYPE_CHECKING:
    from .content import ContentT


class AudioTasks(Asking):
    """Label, transcribe, separate and make recordings."""

    def audio_classification(
        self,
        audio: ContentT,
        *,
        model: str | None = None,
        top_k: int | None = None,
        function_to_apply: AudioClassificationOutputTransform | None = None,
    ) -> list[AudioClassificationOutputElement]:
        """Say which labels fit a recording, the best first.

        Parameters
        ----------
        audio
            Bytes, a path, a web address or a file opened with ``rb``.
        """
        parameters = {"function_to_apply": function_to_apply, "top_k": top_k}
        answer = self.ask(TaskCall("audio-classification", audio, parameters), model)
        return AudioClassificationOutputElement.parse_obj_as_list(answer)

    def audio_to_audio(self, audio: ContentT, *, model: str | None = None) -> list[AudioToAudioOutputElement]:
        """Make recordings of a recording, e.g. one of each voice in it; each has its bytes in ``blob``."""
        answer = AudioToAudioOutputElement.parse_obj_as_list(self.ask(TaskCall("audio-to-audio", audio), model))
        for one in answer:
            one.blob = from_base64(one.blob)
        return answer

    def automatic_speech_recognition(
        self, audio: ContentT, *, model: str | None = None, extra_body: dict[str, Any] | None = None
    ) -> AutomaticSpeechRecognitionOutput:
        """Write down what is said in a recording.

        Parameters
        ----------
        extra_body
            Further parameters of the provider, e.g. ``{"return_timestamps": True}``.
        """
        answer = self.ask(TaskCall("automatic-speech-recognition", audio, extra_body or {}), model)
        return AutomaticSpeechRecognitionOutput.parse_obj_as_instance(answer)

    def text_to_speech(
        self,
        text: str,
        *,
        model: str | None = None,
        do_sample: bool | None = None,
        early_stopping: bool | TextToSpeechEarlyStoppingEnum | None = None,
        epsilon_cutoff: float | None = None,
        eta_cutoff: float | None = None,
        max_length: int | None = None,
        max_new_tokens: int | None = None,
        min_length: int | None = None,
        min_new_tokens: int | None = None,
        num_beam_groups: int | None = None,
        num_beams: int | None = None,
        penalty_alpha: float | None = None,
        temperature: float | None = None,
        top_k: int | None = None,
        top_p: float | None = None,
        typical_p: float | None = None,
        use_cache: bool | None = None,
        extra_body: dict[str, Any] | None = None,
    ) -> bytes:
        """Speak a text.

        The parameters are those of the model's generation; `extra_body` takes further ones of the provider.

        Returns
        -------
        bytes
            A recording, mostly FLAC or WAV.
        """
        parameters = {
            "do_sample": do_sample,
            "early_stopping": early_stopping,
            "epsilon_cutoff": epsilon_cutoff,
            "eta_cutoff": eta_cutoff,
            "max_length": max_length,
            "max_new_tokens": max_new_tokens,
            "min_length": min_length,
            "min_new_tokens": min_new_tokens,
            "num_beam_groups": num_beam_groups,
            "num_beams": num_beams,
            "penalty_alpha": penalty_alpha,
            "temperature": temperature,
            "top_k": top_k,
            "top_p": top_p,
            "typical_p": typical_p,
            "use_cache": use_cache,
            **(extra_body or {}),
        }
        return self.ask(TaskCall("text-to-speech", text, parameters), model)
