"""Sample answers about images and recordings, and samples of both."""

from __future__ import annotations

import base64
import io
import math
import struct
import wave
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubnb.server.inference import Question

_MAX_SIDE = 1024
_RATE_HZ = 16_000
_THINGS = ["boat", "tree", "house", "person", "cat"]
_SOUNDS = ["speech", "music", "wind"]


def drawn(key: float, width: Any = None, height: Any = None) -> bytes:
    """Return a PNG: a sky of a colour that `key` chooses, with a hill before it."""
    wide, high = _side(width), _side(height)
    red, green, blue = (int(90 + 150 * ((key * factor) % 1)) for factor in (1, 7, 49))
    rows = []
    for y in range(high):
        fade = y / max(1, high - 1)
        line = bytearray([0])
        for x in range(wide):
            hill = y > high * (0.62 + 0.18 * math.sin(6.28 * (x / wide + key)))
            light = 0.45 if hill else 1 - 0.35 * fade
            line += bytes((int(red * light), int(green * light), int(blue * light)))
        rows.append(bytes(line))
    return _png(wide, high, b"".join(rows), colour_type=2)


def _side(value: Any) -> int:
    return max(1, min(_MAX_SIDE, int(value))) if isinstance(value, (int, float)) and value else 64


def mask(width: int, height: int, upper: bool) -> bytes:
    """Return a PNG in black and white whose upper or lower half is white."""
    half = height // 2
    rows = [bytes([0]) + bytes([255 if (y < half) == upper else 0]) * width for y in range(height)]
    return _png(width, height, b"".join(rows), colour_type=0)


def _png(width: int, height: int, pixels: bytes, *, colour_type: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    body = zlib.compress(pixels, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def image_size(data: bytes) -> tuple[int, int]:
    """Return width and height of a PNG; of other images a guess, for nothing here depends on it."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return min(width, 4096), min(height, 4096)
    return 64, 64


def spoken(text: str) -> bytes:
    """Return a WAV with a tone a word, 80 ms each."""
    words = text.split()[:100]
    samples = bytearray()
    for word in words:
        pitch_hz = 200 + 20 * (len(word) % 20)
        for step in range(int(0.08 * _RATE_HZ)):
            samples += struct.pack("<h", int(9000 * math.sin(2 * math.pi * pitch_hz * step / _RATE_HZ)))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE_HZ)
        out.writeframes(bytes(samples))
    return buffer.getvalue()


def seconds_of(data: bytes) -> float:
    """Return how long a WAV lasts; of other recordings a guess."""
    try:
        with wave.open(io.BytesIO(data)) as recording:
            return recording.getnframes() / max(1, recording.getframerate())
    except (wave.Error, EOFError):
        return len(data) / (2 * _RATE_HZ)


def video(key: float) -> bytes:
    """Return the head of an MP4: enough to tell what it is, nothing to look at."""
    return struct.pack(">I", 24) + b"ftypmp42" + struct.pack(">I", 0) + b"mp42isom" + struct.pack(">d", key)


def image_answers() -> dict[str, Callable[[Question], Any]]:
    """Return what answers questions about images."""
    return {
        "image-classification": lambda question: _labelled(question, _THINGS),
        "zero-shot-image-classification": lambda question: _labelled(question, question.candidates()),
        "object-detection": _objects,
        "image-segmentation": _segments,
        "image-to-text": lambda question: [{"generated_text": f"a {_labelled(question, _THINGS)[0]['label']}"}],
        "visual-question-answering": _about_image,
        "document-question-answering": _about_document,
    }


def audio_answers() -> dict[str, Callable[[Question], Any]]:
    """Return what answers questions about recordings."""
    return {
        "audio-classification": lambda question: _labelled(question, _SOUNDS),
        "automatic-speech-recognition": _heard,
        "audio-to-audio": _separated,
    }


def _labelled(question: Question, labels: list[str]) -> list[dict[str, Any]]:
    from hubnb.server.inference import scored

    key = base64.b64encode(question.file()).decode()
    return scored(question.labels or labels, key, top_k=question.parameters.get("top_k"))


def _objects(question: Question) -> Any:
    width, height = image_size(question.file())
    threshold = question.parameters.get("threshold") or 0
    found = []
    for place, row in enumerate(_labelled(question, _THINGS)[:2]):
        left, top = width * (1 + 4 * place) // 10, height * 2 // 10
        box = {"xmin": left, "ymin": top, "xmax": left + width * 4 // 10, "ymax": top + height * 6 // 10}
        score = round(0.99 - 0.3 * place, 6)
        if score >= threshold:
            found.append({"label": row["label"], "score": score, "box": box})
    return found


def _segments(question: Question) -> Any:
    width, height = image_size(question.file())
    rows = [("sky", True, 0.98), ("ground", False, 0.93)]
    return [
        {"label": label, "score": score, "mask": base64.b64encode(mask(width, height, upper)).decode()}
        for label, upper, score in rows
    ]


def _about_image(question: Question) -> Any:
    from hubnb.server.inference import scored

    asked = str(question.body.get("question") or "")
    key = base64.b64encode(question.file()).decode()
    yes_no = asked.lower().startswith(("is ", "are ", "does ", "do ", "has ", "can "))
    rows = scored(["yes", "no"] if yes_no else _THINGS, asked, key, top_k=question.parameters.get("top_k"))
    return [{"answer": row["label"], "score": row["score"]} for row in rows]


def _about_document(question: Question) -> Any:
    from hubnb.server.inference import share

    asked = question.text("question")
    word = asked.split()[-1].strip("?.,!")
    number = str(int(10_000 * share(asked, len(question.file()))))
    return [{"answer": f"{word} {number}", "score": 0.9, "start": 0, "end": 1}]


def _heard(question: Question) -> Any:
    length_s = seconds_of(question.file())
    text = f"This recording lasts {length_s:.1f} seconds."
    if not question.parameters.get("return_timestamps"):
        return {"text": text}
    words = text.split()
    step = length_s / len(words)
    chunks = [
        {"text": word, "timestamp": [round(place * step, 3), round((place + 1) * step, 3)]}
        for place, word in enumerate(words)
    ]
    return {"text": text, "chunks": chunks}


def _separated(question: Question) -> Any:
    blob = base64.b64encode(question.file()).decode()
    return [{"label": f"voice {number}", "content-type": "audio/wav", "blob": blob} for number in (1, 2)]
