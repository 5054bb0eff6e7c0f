"""Tasks that look at images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .asking import Asking
from .calls import TaskCall, first_of
from .content import image_from_base64, read_content
from .results.media import (
    DocumentQuestionAnsweringOutputElement,
    ImageClassificationOutputElement,
    ImageClassificationOutputTransform,
    ImageSegmentationOutputElement,
    ImageSegmentationSubtask,
    ImageToTextOutput,
    ObjectDetectionOutputElement,
    VisualQuestionAnsweringOutputElement,
    ZeroShotImageClassificationOutputElement,
)

if TYPE_CHECKING:
    from .content import ContentT


class ImageTasks(Asking):
    """Label, find, cut out, describe; answer questions about an image.

    An image is bytes, a path, a web address, a file opened with ``rb`` or a `PIL.Image.Image`.
    """

    def image_classification(
        self,
        image: ContentT,
        *,
        model: str | None = None,
        function_to_apply: ImageClassificationOutputTransform | None = None,
        top_k: int | None = None,
    ) -> list[ImageClassificationOutputElement]:
        """Say which labels fit an image, the best first."""
        parameters = {"function_to_apply": function_to_apply, "top_k": top_k}
        answer = self.ask(TaskCall("image-classification", image, parameters), model)
        return ImageClassificationOutputElement.parse_obj_as_list(answer)

    def zero_shot_image_classification(
        self,
        image: ContentT,
        candidate_labels: list[str],
        *,
        model: str | None = None,
        hypothesis_template: str | None = None,
    ) -> list[ZeroShotImageClassificationOutputElement]:
        """Say which of labels of your own fit an image.

        Raises
        ------
        ValueError
            If there are fewer than two labels: nothing to choose.
        """
        if len(candidate_labels) < 2:
            msg = "There must be at least two candidate_labels to choose among."
            raise ValueError(msg)
        parameters = {"candidate_labels": candidate_labels, "hypothesis_template": hypothesis_template}
        answer = self.ask(TaskCall("zero-shot-image-classification", image, parameters), model)
        return ZeroShotImageClassificationOutputElement.parse_obj_as_list(answer)

    def image_segmentation(
        self,
        image: ContentT,
        *,
        model: str | None = None,
        mask_threshold: float | None = None,
        overlap_mask_area_threshold: float | None = None,
        subtask: ImageSegmentationSubtask | None = None,
        threshold: float | None = None,
    ) -> list[ImageSegmentationOutputElement]:
        """Say which pixels of an image belong to what; each ``mask`` is a PIL image."""
        parameters = {
            "mask_threshold": mask_threshold,
            "overlap_mask_area_threshold": overlap_mask_area_threshold,
            "subtask": subtask,
            "threshold": threshold,
        }
        answer = self.ask(TaskCall("image-segmentation", image, parameters), model)
        segments = ImageSegmentationOutputElement.parse_obj_as_list(answer)
        for one in segments:
            one.mask = image_from_base64(one.mask)
        return segments

    def object_detection(
        self, image: ContentT, *, model: str | None = None, threshold: float | None = None
    ) -> list[ObjectDetectionOutputElement]:
        """Find things in an image, each with its box in pixels.

        Parameters
        ----------
        threshold
            Lowest score that counts.
        """
        answer = self.ask(TaskCall("object-detection", image, {"threshold": threshold}), model)
        return ObjectDetectionOutputElement.parse_obj_as_list(answer)

    def image_to_text(self, image: ContentT, *, model: str | None = None) -> ImageToTextOutput:
        """Describe an image, or read what is written in it."""
        answer = self.ask(TaskCall("image-to-text", image), model)
        return ImageToTextOutput.parse_obj_as_instance(first_of(answer))

    def visual_question_answering(
        self, image: ContentT, question: str, *, model: str | None = None, top_k: int | None = None
    ) -> list[VisualQuestionAnsweringOutputElement]:
        """Answer a question about an image, the likeliest answer first."""
        content = read_content(image)
        call = TaskCall(
            "visual-question-answering",
            content.data,
            {"top_k": top_k},
            {"question": question, "image": content.base64()},
        )
        return VisualQuestionAnsweringOutputElement.parse_obj_as_list(self.ask(call, model))

    def document_question_answering(
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
    ) -> list[DocumentQuestionAnsweringOutputElement]:
        """Answer a question about a scanned document, the likeliest passage first.

        Parameters
        ----------
        lang
            Language for reading the letters, e.g. ``en``.
        word_boxes
            Words and where they are, to skip that reading.
        """
        parameters = {
            "doc_stride": doc_stride,
            "handle_impossible_answer": handle_impossible_answer,
            "lang": lang,
            "max_answer_len": max_answer_len,
            "max_question_len": max_question_len,
            "max_seq_len": max_seq_len,
            "top_k": top_k,
            "word_boxes": word_boxes,
        }
        inputs = {"question": question, "image": read_content(image).base64()}
        answer = self.ask(TaskCall("document-question-answering", inputs, parameters), model)
        return DocumentQuestionAnsweringOutputElement.parse_obj_as_list(answer)
