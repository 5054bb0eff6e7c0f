"""Every task, asked of the embedded Hub by the method people know."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from hubnb.inference.results import media, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hubnb.inference import InferenceClient
    from hubnb.inference.results.base import TypedAnswer

TABLE = {"City": ["Oslo", "Rome"], "People": ["700000", "2800000"]}


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(buffer, "PNG")
    return buffer.getvalue()


LISTS: list[tuple[str, str, tuple[Any, ...], type[TypedAnswer]]] = [
    ("audio-classification", "audio_classification", (b"RIFFxxxx",), media.AudioClassificationOutputElement),
    ("audio-to-audio", "audio_to_audio", (b"RIFFxxxx",), media.AudioToAudioOutputElement),
    (
        "document-question-answering",
        "document_question_answering",
        (png(), "What is the total?"),
        media.DocumentQuestionAnsweringOutputElement,
    ),
    ("fill-mask", "fill_mask", ("A [MASK] day.",), text.FillMaskOutputElement),
    ("image-classification", "image_classification", (png(),), media.ImageClassificationOutputElement),
    ("image-segmentation", "image_segmentation", (png(),), media.ImageSegmentationOutputElement),
    ("object-detection", "object_detection", (png(),), media.ObjectDetectionOutputElement),
    ("text-classification", "text_classification", ("I like you",), text.TextClassificationOutputElement),
    ("token-classification", "token_classification", ("Ada met Bob",), text.TokenClassificationOutputElement),
    (
        "visual-question-answering",
        "visual_question_answering",
        (png(), "Is it red?"),
        media.VisualQuestionAnsweringOutputElement,
    ),
    (
        "zero-shot-classification",
        "zero_shot_classification",
        ("It rains", ["weather", "food"]),
        text.ZeroShotClassificationOutputElement,
    ),
    (
        "zero-shot-image-classification",
        "zero_shot_image_classification",
        (png(), ["red", "blue"]),
        media.ZeroShotImageClassificationOutputElement,
    ),
]


@pytest.mark.parametrize(("task", "method", "inputs", "kind"), LISTS, ids=[row[0] for row in LISTS])
def test_tasks_that_list_give_typed_elements(
    client: InferenceClient, models: Callable[[str], str], task: str, method: str, inputs: Any, kind: type
) -> None:
    answer = getattr(client, method)(*inputs, model=models(task))
    assert answer
    assert all(type(one) is kind for one in answer)
    assert all(set(one) >= {"label"} or set(one) & {"answer", "word", "sequence"} for one in answer)


def test_tasks_that_give_one_answer(client: InferenceClient, models: Callable[[str], str]) -> None:
    def ask(method: str, task: str, *inputs: Any, **more: Any) -> Any:
        return getattr(client, method)(*inputs, model=models(task), **more)

    context = "Ada lives in Oslo. Bob likes tea."
    found = ask("question_answering", "question-answering", "Where does Ada live?", context)
    assert found.answer == context[found.start : found.end] == "Ada lives in Oslo."
    cell = ask("table_question_answering", "table-question-answering", TABLE, "How many people in Rome?")
    assert (cell.answer, cell.coordinates) == ("2800000", [[1, 1]])
    assert ask("summarization", "summarization", "First. Second.").summary_text == "First."
    assert ask("translation", "translation", "Ja", src_lang="de", tgt_lang="fr").translation_text == "[fr] Ja"
    assert ask("image_to_text", "image-to-text", png()).generated_text
    heard = ask("automatic_speech_recognition", "automatic-speech-recognition", b"\0" * 32_000)
    assert heard.text == "This recording lasts 1.0 seconds."
    timed = ask(
        "automatic_speech_recognition", "automatic-speech-recognition", b"\0" * 32_000,
        extra_body={"return_timestamps": True},
    )  # fmt: skip
    assert timed.chunks[0] == {"text": "This", "timestamp": [0.0, 0.2]}
    assert ask("tabular_classification", "tabular-classification", TABLE) != []
    assert len(ask("tabular_regression", "tabular-regression", TABLE)) == 2


def test_sentences_are_compared_and_embedded(client: InferenceClient, models: Callable[[str], str]) -> None:
    near, far = client.sentence_similarity(
        "a red boat", ["the red boat", "green tea"], model=models("sentence-similarity")
    )
    assert near > far
    vectors = client.feature_extraction(["one", "two"], model=models("feature-extraction"))
    assert (vectors.shape, str(vectors.dtype)) == ((2, 16), "float32")


def test_what_is_made_comes_as_image_or_bytes(client: InferenceClient, models: Callable[[str], str]) -> None:
    image = client.text_to_image("paper hills", width=30, height=20, model=models("text-to-image"))
    assert (image.size, image.format) == ((30, 20), "PNG")
    changed = client.image_to_image(png(), "blue", model=models("image-to-image"))
    assert changed.size == (64, 64)
    assert client.text_to_speech("hello there", model=models("text-to-speech"))[:4] == b"RIFF"
    assert b"ftyp" in client.text_to_video("a boat", model=models("text-to-video"))[:12]
    assert b"ftyp" in client.image_to_video(png(), model=models("image-to-video"))[:12]
    masks = client.image_segmentation(png(), model=models("image-segmentation"))
    assert masks[0].mask.size == (40, 20)
    assert client.audio_to_audio(b"abc", model=models("audio-to-audio"))[0].blob == b"abc"


def test_a_file_is_taken_as_bytes_path_file_web_address_or_image(
    client: InferenceClient, models: Callable[[str], str], tmp_path: Path, here: Any, repo_id: str, api: Any
) -> None:
    path = tmp_path / "red.png"
    path.write_bytes(png())
    api.upload_file(path_or_fileobj=path, path_in_repo="red.png", repo_id=repo_id)
    address = f"{here.endpoint}/{repo_id}/resolve/main/red.png"
    forms: list[Any] = [png(), bytearray(png()), path, str(path), address, Image.open(path)]
    answers = [client.image_classification(form, model=models("image-classification")) for form in forms]
    with path.open("rb") as file:
        answers.append(client.image_classification(file, model=models("image-classification"), top_k=5))
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        ("no/such.png", FileNotFoundError, "There is no file"),
        (3, TypeError, "int can't be sent"),
        (io.StringIO("x"), TypeError, "mode 'rb'"),
        (None, ValueError, "None was given"),
    ],
)
def test_what_is_no_file_is_refused_before_anything_is_sent(
    client: InferenceClient, models: Callable[[str], str], here: Any, content: Any, error: type, said: str
) -> None:
    model = models("image-classification")
    here.requests.clear()
    with pytest.raises(error, match=said):
        client.image_classification(content, model=model)
    assert not [one for one in here.requests if one.method == "POST"]


def test_without_a_model_the_hub_recommends_one(client: InferenceClient, models: Callable[[str], str]) -> None:
    models("text-classification")
    assert client.text_classification("hello")[0].label in {"POSITIVE", "NEGATIVE"}


def test_one_language_without_the_other_is_refused(client: InferenceClient) -> None:
    with pytest.raises(ValueError, match="tgt_lang was not"):
        client.translation("Ja", src_lang="de")


def test_an_answer_is_an_object_and_a_dict_and_keeps_what_it_does_not_know() -> None:
    read = text.TextClassificationOutputElement.parse_obj
    one = read('{"label": "A", "score": 0.5, "Content-Type": "x"}')
    assert (one.label, one["score"], one.content_type, one["content_type"]) == ("A", 0.5, "x", "x")
    one.score = 0.7
    assert one["score"] == 0.7
    one["label"] = "B"
    assert one.label == "B"
    assert one == {"label": "B", "score": 0.7, "content_type": "x"}
    assert repr(one) == "TextClassificationOutputElement(label='B', score=0.7, content_type='x')"
    assert read({"label": "A"}).score is None
