"""Kernel time of one keystroke in a card of 20 kB: preview, problems and form, against rendering it as a whole.

Both are times of the thread, which other work on the machine does not change.

Run: python benchmarks/card_preview.py
"""

from __future__ import annotations

import random
import statistics
import time

from hubnb.cards.markup import CardRenderer, place_of
from hubnb.panels.card import CardPanel

CARD_BYTES = 20_000
KEYSTROKES = 200
SECTION = """## Section {number}

Sorts support tickets into **8 queues**. Fine-tuned from [MiniLM](https://huggingface.co/lumen/minilm-6-384) on `41,200`
English tickets[^1], see [the audit](audit.md) and [the paper][paper].

- one
- two
  - [x] three

```python
from transformers import pipeline
route = pipeline("text-classification", "acme-ml/ticket-router")
```

| Split | F1    | Accuracy |
|-------|-------|----------|
| test  | 0.912 | 0.921    |

<details><summary>More</summary>

Words inside of a block.

</details>

"""
BLOCK = "---\nlicense: apache-2.0\nlanguage: en\ntags:\n- support\nmodel-index:\n- name: x\n  results: []\n---\n"
NOTES = "[^1]: A note.\n\n[paper]: https://arxiv.org/abs/1\n"


def main() -> None:
    sections = "".join(SECTION.format(number=number) for number in range(CARD_BYTES // len(SECTION) + 1))
    text = BLOCK + sections + NOTES
    panel = CardPanel(None, text=text)
    panel.settle(5)
    panel.edit(text, panel.version)
    chance = random.Random(1)
    took_ms = []
    at = len(BLOCK) + chance.randrange(len(sections))
    for number in range(KEYSTROKES):
        if number % 20 == 0:  # a person types some letters in one place, then goes elsewhere
            at = len(BLOCK) + chance.randrange(len(sections))
        text = text[:at] + chance.choice("etaoin  .\n") + text[at:]
        at += 1
        began = time.thread_time()
        panel.edit(text, panel.version, number)
        took_ms.append((time.thread_time() - began) * 1000)
    panel.close()
    whole_ms = []
    for _ in range(5):
        began = time.thread_time()
        CardRenderer(place_of(None)).render(text)
        whole_ms.append((time.thread_time() - began) * 1000)
    took_ms.sort()
    print(f"card of {len(text):,} characters, {KEYSTROKES} keystrokes in 10 places")
    print(
        f"one keystroke  p50 {statistics.median(took_ms):.1f} ms  p95 {took_ms[int(0.95 * KEYSTROKES)]:.1f} ms"
        f"  max {took_ms[-1]:.1f} ms"
    )
    print(f"the whole card p50 {statistics.median(whole_ms):.1f} ms")


if __name__ == "__main__":
    main()
