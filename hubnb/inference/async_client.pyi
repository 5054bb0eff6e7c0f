"""Types of `AsyncInferenceClient`. Written by scripts/inference_stub.py: change the tasks, then run it."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Literal, TypeVar, overload

import numpy
from PIL.Image import Image
from typing_extensions import Unpack

from .chat_tasks import ChatOptions
from .content import ContentT
from .deployment import ModelStatus
from .generation_tasks import GenerationOptions
from .providers import PROVIDER_OR_POLICY_T
from .results.chat import ChatCompletionOutput, ChatCompletionStreamOutput
from .results.generation import TextGenerationOutput, TextGenerationStreamOutput
from .results.media import (
    AudioClassificationOutputElement,
    AudioClassificationOutputTransform,
    AudioToAudioOutputElement,
    AutomaticSpeechRecognitionOutput,
    DocumentQuestionAnsweringOutputElement,
    ImageClassificationOutputElement,
    ImageClassificationOutputTransform,
    ImageSegmentationOutputElement,
    ImageSegmentationSubtask,
    ImageToImageTargetSize,
    ImageToTextOutput,
    ImageToVideoTargetSize,
    ObjectDetectionOutputElement,
    TextToSpeechEarlyStoppingEnum,
    VisualQuestionAnsweringOutputElement,
    ZeroShotImageClassificationOutputElement,
)
from .results.text import (
    FillMaskOutputElement,
    Padding,
    QuestionAnsweringOutputElement,
    SummarizationOutput,
    SummarizationTruncationStrategy,
    TableQuestionAnsweringOutputElement,
    TextClassificationOutputElement,
    TextClassificationOutputTransform,
    TokenClassificationAggregationStrategy,
    TokenClassificationOutputElement,
    TranslationOutput,
    TranslationTruncationStrategy,
    ZeroShotClassificationOutputElement,
)
from .routing import Destination

_Piece = TypeVar("_Piece")

METHODS: tuple[str, ...]

class AsyncAnswerStream(Generic[_Piece]):
    def __init__(self, pieces: Any) -> None: ...
    def __aiter__(self) -> AsyncAnswerStream[_Piece]: ...
    async def __anext__(self) -> _Piece: ...
    async def aclose(self) -> None: ...
    async def __aenter__(self) -> AsyncAnswerStream[_Piece]: ...
    async def __aexit__(self, *_error: object) -> None: ...

class AsyncInferenceClient:
    model: str | None
    provider: str | None
    timeout: float | None
    headers: dict[str, str]
    cookies: dict[str, str] | None

    def __init__(
        self,
        model: str | None = None,
        *,
        provider: PROVIDER_OR_POLICY_T | None = None,
        token: str | None = None,
        timeout: float | None = None,
        headers: dict[str, str] | None = None,
        cookies: dict[str, str] | None = None,
        bill_to: str | None = None,
        base_url: str | None = None,
        api_key: str | None = None,
    ) -> None: ...
    async def __aenter__(self) -> AsyncInferenceClient: ...
    async def __aexit__(self, *_error: object) -> None: ...
    async def close(self) -> None: ...
    @property
    def token(self) -> str | None: ...
    @property
    def chat(self) -> Any: ...
    def destination(self, task: str, model: str | None = None) -> Destination: ...
    async def audio_classification(
        self,
        audio: ContentT,
        *,
        model: str | None = None,
        top_k: int | None = None,
        function_to_apply: AudioClassificationOutputTransform | None = None,
    ) -> list[AudioClassificationOutputElement]: ...
    async def audio_to_audio(self, audio: ContentT, *, model: str | None = None) -> list[AudioToAudioOutputElement]: ...
    async def automatic_speech_recognition(
        self, audio: ContentT, *, model: str | None = None, extra_body: dict[str, Any] | None = None
    ) -> AutomaticSpeechRecognitionOutput: ...
    async def text_to_speech(
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
    ) -> bytes: ...
    @overload
    async def chat_completion(
        self, messages: Sequence[Mapping[str, Any]], *, stream: Literal[False] = False, **options: Unpack[ChatOptions]
    ) -> ChatCompletionOutput: ...
    @overload
    async def chat_completion(
        self, messages: Sequence[Mapping[str, Any]], *, stream: Literal[True], **options: Unpack[ChatOptions]
    ) -> AsyncAnswerStream[ChatCompletionStreamOutput]: ...
    @overload
    async def chat_completion(
        self, messages: Sequence[Mapping[str, Any]], *, stream: bool = False, **options: Unpack[ChatOptions]
    ) -> ChatCompletionOutput | AsyncAnswerStream[ChatCompletionStreamOutput]: ...
    @overload
    async def text_generation(
        self, prompt: str, *, details: Literal[True], stream: Literal[True], **options: Unpack[GenerationOptions]
    ) -> AsyncAnswerStream[TextGenerationStreamOutput]: ...
    @overload
    async def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[True],
        stream: Literal[False] | None = None,
        **options: Unpack[GenerationOptions],
    ) -> TextGenerationOutput: ...
    @overload
    async def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[False] | None = None,
        stream: Literal[True],
        **options: Unpack[GenerationOptions],
    ) -> AsyncAnswerStream[str]: ...
    @overload
    async def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[False] | None = None,
        stream: Literal[False] | None = None,
        **options: Unpack[GenerationOptions],
    ) -> str: ...
    @overload
    async def text_generation(
        self,
        prompt: str,
        *,
        details: bool | None = None,
        stream: bool | None = None,
        **options: Unpack[GenerationOptions],
    ) -> str | TextGenerationOutput | AsyncAnswerStream[str] | AsyncAnswerStream[TextGenerationStreamOutput]: ...
    async def image_classification(
        self,
        image: ContentT,
        *,
        model: str | None = None,
        function_to_apply: ImageClassificationOutputTransform | None = None,
        top_k: int | None = None,
    ) -> list[ImageClassificationOutputElement]: ...
    async def zero_shot_image_classification(
        self,
        image: ContentT,
        candidate_labels: list[str],
        *,
        model: str | None = None,
        hypothesis_template: str | None = None,
    ) -> list[ZeroShotImageClassificationOutputElement]: ...
    async def image_segmentation(
        self,
        image: ContentT,
        *,
        model: str | None = None,
        mask_threshold: float | None = None,
        overlap_mask_area_threshold: float | None = None,
        subtask: ImageSegmentationSubtask | None = None,
        threshold: float | None = None,
    ) -> list[ImageSegmentationOutputElement]: ...
    async def object_detection(
        self, image: ContentT, *, model: str | None = None, threshold: float | None = None
    ) -> list[ObjectDetectionOutputElement]: ...
    async def image_to_text(self, image: ContentT, *, model: str | None = None) -> ImageToTextOutput: ...
    async def visual_question_answering(
        self, image: ContentT, question: str, *, model: str | None = None, top_k: int | None = None
    ) -> list[VisualQuestionAnsweringOutputElement]: ...
    async def document_question_answering(
        self,
        image: ContentT,
        question: str,
        *,
        model: str | None = None,
        doc_stride: int | None = None,
        handle_impossible_answer: bool | None = None,
        lang: str | None = None,
        max_answer_len: int | None = None,
        max_question_len: int | None = None,
        max_seq_len: int | None = None,
        top_k: int | None = None,
        word_boxes: list[list[float] | str] | None = None,
    ) -> list[DocumentQuestionAnsweringOutputElement]: ...
    async def text_to_image(
        self,
        prompt: str,
        *,
        negative_prompt: str | None = None,
        height: int | None = None,
        width: int | None = None,
        num_inference_steps: int | None = None,
        guidance_scale: float | None = None,
        model: str | None = None,
        scheduler: str | None = None,
        seed: int | None = None,
        extra_body: dict[str, Any] | None = None,
    ) -> Image: ...
    async def image_to_image(
        self,
        image: ContentT,
        prompt: str | None = None,
        *,
        negative_prompt: str | None = None,
        num_inference_steps: int | None = None,
        guidance_scale: float | None = None,
        model: str | None = None,
        target_size: ImageToImageTargetSize | None = None,
        **kwargs: Any,
    ) -> Image: ...
    async def text_to_video(
        self,
        prompt: str,
        *,
        model: str | None = None,
        guidance_scale: float | None = None,
        negative_prompt: list[str] | None = None,
        num_frames: float | None = None,
        num_inference_steps: int | None = None,
        seed: int | None = None,
        extra_body: dict[str, Any] | None = None,
    ) -> bytes: ...
    async def image_to_video(
        self,
        image: ContentT,
        *,
        model: str | None = None,
        prompt: str | None = None,
        negative_prompt: str | None = None,
        num_frames: float | None = None,
        num_inference_steps: int | None = None,
        guidance_scale: float | None = None,
        seed: int | None = None,
        target_size: ImageToVideoTargetSize | None = None,
        **kwargs: Any,
    ) -> bytes: ...
    async def table_question_answering(
        self,
        table: dict[str, Any],
        query: str,
        *,
        model: str | None = None,
        padding: Padding | None = None,
        sequential: bool | None = None,
        truncation: bool | None = None,
    ) -> TableQuestionAnsweringOutputElement: ...
    async def tabular_classification(self, table: dict[str, Any], *, model: str | None = None) -> list[str]: ...
    async def tabular_regression(self, table: dict[str, Any], *, model: str | None = None) -> list[float]: ...
    async def text_classification(
        self,
        text: str,
        *,
        model: str | None = None,
        top_k: int | None = None,
        function_to_apply: TextClassificationOutputTransform | None = None,
    ) -> list[TextClassificationOutputElement]: ...
    async def token_classification(
        self,
        text: str,
        *,
        model: str | None = None,
        aggregation_strategy: TokenClassificationAggregationStrategy | None = None,
        ignore_labels: list[str] | None = None,
        stride: int | None = None,
    ) -> list[TokenClassificationOutputElement]: ...
    async def fill_mask(
        self, text: str, *, model: str | None = None, targets: list[str] | None = None, top_k: int | None = None
    ) -> list[FillMaskOutputElement]: ...
    async def zero_shot_classification(
        self,
        text: str,
        candidate_labels: list[str],
        *,
        multi_label: bool | None = False,
        hypothesis_template: str | None = None,
        model: str | None = None,
    ) -> list[ZeroShotClassificationOutputElement]: ...
    async def question_answering(
        self,
        question: str,
        context: str,
        *,
        model: str | None = None,
        align_to_words: bool | None = None,
        doc_stride: int | None = None,
        handle_impossible_answer: bool | None = None,
        max_answer_len: int | None = None,
        max_question_len: int | None = None,
        max_seq_len: int | None = None,
        top_k: int | None = None,
    ) -> QuestionAnsweringOutputElement | list[QuestionAnsweringOutputElement]: ...
    async def sentence_similarity(
        self, sentence: str, other_sentences: list[str], *, model: str | None = None
    ) -> list[float]: ...
    async def feature_extraction(
        self,
        text: str | list[str],
        *,
        normalize: bool | None = None,
        prompt_name: str | None = None,
        truncate: bool | None = None,
        truncation_direction: Literal["left", "right"] | None = None,
        dimensions: int | None = None,
        encoding_format: Literal["float", "base64"] | None = None,
        model: str | None = None,
    ) -> numpy.ndarray[Any, Any]: ...
    async def summarization(
        self,
        text: str,
        *,
        model: str | None = None,
        clean_up_tokenization_spaces: bool | None = None,
        generate_parameters: dict[str, Any] | None = None,
        truncation: SummarizationTruncationStrategy | None = None,
    ) -> SummarizationOutput: ...
    async def translation(
        self,
        text: str,
        *,
        model: str | None = None,
        src_lang: str | None = None,
        tgt_lang: str | None = None,
        clean_up_tokenization_spaces: bool | None = None,
        truncation: TranslationTruncationStrategy | None = None,
        generate_parameters: dict[str, Any] | None = None,
    ) -> TranslationOutput: ...
    async def get_endpoint_info(self, *, model: str | None = None) -> dict[str, Any]: ...
    async def health_check(self, model: str | None = None) -> bool: ...
    async def get_model_status(self, model: str | None = None) -> ModelStatus: ...
    async def list_deployed_models(self, frameworks: str | list[str] | None = None) -> dict[str, list[str]]: ...
    @overload
    async def post(
        self,
        *,
        json: Any = None,
        data: ContentT | None = None,
        model: str | None = None,
        task: str | None = None,
        stream: Literal[False] = False,
    ) -> bytes: ...
    @overload
    async def post(
        self,
        *,
        json: Any = None,
        data: ContentT | None = None,
        model: str | None = None,
        task: str | None = None,
        stream: Literal[True],
    ) -> AsyncAnswerStream[bytes]: ...
