"""Tasks that read text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from .asking import Asking
from .calls import TaskCall, first_of
from .content import to_array
from .results.text import (
    FillMaskOutputElement,
    QuestionAnsweringOutputElement,
    SummarizationOutput,
    SummarizationTruncationStrategy,
    TextClassificationOutputElement,
    TextClassificationOutputTransform,
    TokenClassificationAggregationStrategy,
    TokenClassificationOutputElement,
    TranslationOutput,
    TranslationTruncationStrategy,
    ZeroShotClassificationOutputElement,
)

if TYPE_CHECKING:
    import numpy


class TextTasks(Asking):
    """Classify, tag, fill, answer, compare, embed, shorten, translate."""

    def text_classification(
        self,
        text: str,
        *,
        model: str | None = None,
        top_k: int | None = None,
        function_to_apply: TextClassificationOutputTransform | None = None,
    ) -> list[TextClassificationOutputElement]:
        """Say which labels fit a text, the best first.

        Parameters
        ----------
        model
            Id of a model on the Hub or address of a server; by default the client's.
        top_k
            How many labels at most.
        function_to_apply
            What turns the model's numbers into scores: ``sigmoid``, ``softmax`` or ``none``.

        Examples
        --------
        >>> client.text_classification("I like you")
        [TextClassificationOutputElement(label='POSITIVE', score=0.99...), ...]
        """
        parameters = {"function_to_apply": function_to_apply, "top_k": top_k}
        answer = self.ask(TaskCall("text-classification", text, parameters), model)
        # a list of labels a text, or just the labels of the only one
        labels = first_of(answer) if type(first_of(answer)) is list else answer
        return TextClassificationOutputElement.parse_obj_as_list(labels)

    def token_classification(
        self,
        text: str,
        *,
        model: str | None = None,
        aggregation_strategy: TokenClassificationAggregationStrategy | None = None,
        ignore_labels: list[str] | None = None,
        stride: int | None = None,
    ) -> list[TokenClassificationOutputElement]:
        """Find names of people, places and other entities in a text.

        Parameters
        ----------
        aggregation_strategy
            How tokens are joined to entities.
        ignore_labels
            Labels to leave out.
        stride
            How many tokens neighbouring pieces of a long text share.
        """
        parameters = {"aggregation_strategy": aggregation_strategy, "ignore_labels": ignore_labels, "stride": stride}
        answer = self.ask(TaskCall("token-classification", text, parameters), model)
        return TokenClassificationOutputElement.parse_obj_as_list(answer)

    def fill_mask(
        self, text: str, *, model: str | None = None, targets: list[str] | None = None, top_k: int | None = None
    ) -> list[FillMaskOutputElement]:
        """Fill the mask in a text (``[MASK]`` or ``<mask>``, as the model has it), the likeliest word first.

        Parameters
        ----------
        targets
            The only words to choose among.
        """
        answer = self.ask(TaskCall("fill-mask", text, {"targets": targets, "top_k": top_k}), model)
        return FillMaskOutputElement.parse_obj_as_list(answer)

    def zero_shot_classification(
        self,
        text: str,
        candidate_labels: list[str],
        *,
        multi_label: bool | None = False,
        hypothesis_template: str | None = None,
        model: str | None = None,
    ) -> list[ZeroShotClassificationOutputElement]:
        """Say which of labels of your own fit a text.

        Parameters
        ----------
        multi_label
            Whether several may fit: scores then don't sum up to one.
        hypothesis_template
            Sentence the label is put into, e.g. ``This text is about {}.``
        """
        parameters = {
            "candidate_labels": candidate_labels,
            "multi_label": multi_label,
            "hypothesis_template": hypothesis_template,
        }
        answer = self.ask(TaskCall("zero-shot-classification", text, parameters), model)
        if isinstance(answer, dict):  # older servers give two lists side by side
            lists = cast("dict[str, list[Any]]", answer)
            pairs = zip(lists["labels"], lists["scores"], strict=False)
            answer = [{"label": label, "score": score} for label, score in pairs]
        return ZeroShotClassificationOutputElement.parse_obj_as_list(answer)

    def question_answering(
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
    ) -> QuestionAnsweringOutputElement | list[QuestionAnsweringOutputElement]:
        """Find the passage of `context` that answers a question.

        Parameters
        ----------
        top_k
            How many passages; with more than one the answer is a list.
        max_answer_len, max_question_len, max_seq_len, doc_stride
            Limits, in tokens.
        """
        parameters = {
            "align_to_words": align_to_words,
            "doc_stride": doc_stride,
            "handle_impossible_answer": handle_impossible_answer,
            "max_answer_len": max_answer_len,
            "max_question_len": max_question_len,
            "max_seq_len": max_seq_len,
            "top_k": top_k,
        }
        inputs = {"question": question, "context": context}
        answer = self.ask(TaskCall("question-answering", inputs, parameters), model)
        return QuestionAnsweringOutputElement.parse_obj(answer)

    def sentence_similarity(
        self, sentence: str, other_sentences: list[str], *, model: str | None = None
    ) -> list[float]:
        """Say how close in meaning each of some sentences is to one, from -1 to 1."""
        inputs = {"source_sentence": sentence, "sentences": other_sentences}
        return self.ask(TaskCall("sentence-similarity", inputs), model)

    def feature_extraction(
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
    ) -> numpy.ndarray[Any, Any]:
        """Give the embedding of a text, or of several.

        Parameters
        ----------
        normalize
            Whether vectors get the length one.
        prompt_name
            Which of the model's prompts goes before the text.
        truncate, truncation_direction
            Whether, and at which end, a text that is too long is cut.
        dimensions
            Length of the vectors, where the model can choose.

        Returns
        -------
        numpy.ndarray
            float32; the shape is the model's: (texts, dimensions), or (texts, tokens, dimensions).
        """
        parameters = {
            "normalize": normalize,
            "prompt_name": prompt_name,
            "truncate": truncate,
            "truncation_direction": truncation_direction,
            "dimensions": dimensions,
            "encoding_format": encoding_format,
        }
        return to_array(self.ask(TaskCall("feature-extraction", text, parameters), model))

    def summarization(
        self,
        text: str,
        *,
        model: str | None = None,
        clean_up_tokenization_spaces: bool | None = None,
        generate_parameters: dict[str, Any] | None = None,
        truncation: SummarizationTruncationStrategy | None = None,
    ) -> SummarizationOutput:
        """Say the same in fewer words.

        Parameters
        ----------
        generate_parameters
            Passed on to the model's generation, e.g. ``{"max_new_tokens": 60}``.
        """
        parameters = {
            "clean_up_tokenization_spaces": clean_up_tokenization_spaces,
            "generate_parameters": generate_parameters,
            "truncation": truncation,
        }
        answer = self.ask(TaskCall("summarization", text, parameters), model)
        return SummarizationOutput.parse_obj_as_instance(first_of(answer))

    def translation(
        self,
        text: str,
        *,
        model: str | None = None,
        src_lang: str | None = None,
        tgt_lang: str | None = None,
        clean_up_tokenization_spaces: bool | None = None,
        truncation: TranslationTruncationStrategy | None = None,
        generate_parameters: dict[str, Any] | None = None,
    ) -> TranslationOutput:
        """Say the same in another language.

        Parameters
        ----------
        src_lang, tgt_lang
            Languages as the model names them, e.g. ``en_XX``; for models of several languages give both.

        Raises
        ------
        ValueError
            If only one of the two languages is given.
        """
        if (src_lang is None) != (tgt_lang is None):
            given, missing = ("src_lang", "tgt_lang") if tgt_lang is None else ("tgt_lang", "src_lang")
            msg = f"{given} was given and {missing} was not: a model of several languages needs to know both."
            raise ValueError(msg)
        parameters = {
            "src_lang": src_lang,
            "tgt_lang": tgt_lang,
            "clean_up_tokenization_spaces": clean_up_tokenization_spaces,
            "truncation": truncation,
            "generate_parameters": generate_parameters,
        }
        answer = self.ask(TaskCall("translation", text, parameters), model)
        return TranslationOutput.parse_obj_as_instance(first_of(answer))
