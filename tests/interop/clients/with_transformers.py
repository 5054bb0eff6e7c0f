"""transformers: a model and its tokenizer are read, and a small one goes there and back."""

from __future__ import annotations

import torch
from huggingface_hub import HfApi
from transformers import AutoConfig, AutoModel, AutoTokenizer, BertConfig, BertModel, pipeline

api = HfApi()
target = "alice/pushed-bert"
api.delete_repo(target, missing_ok=True)
assert AutoConfig.from_pretrained("alice/minilm").model_type == "bert"
tokenizer = AutoTokenizer.from_pretrained("alice/minilm")
assert tokenizer("hello world")["input_ids"] == [101, 7592, 2088, 102]
assert sum(weight.numel() for weight in AutoModel.from_pretrained("alice/minilm").parameters()) == 22_713_216
assert len(pipeline("feature-extraction", model="alice/minilm")("hi")[0][0]) == 384

sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
small = BertModel(BertConfig(**sizes, vocab_size=1000))
small.push_to_hub(target)
tokenizer.push_to_hub(target)
again = AutoModel.from_pretrained(target).state_dict()
assert all(torch.equal(weight, again[name]) for name, weight in small.state_dict().items())
assert AutoTokenizer.from_pretrained(target)("hello")["input_ids"] == tokenizer("hello")["input_ids"]
info = api.model_info(target)
assert info.library_name == "transformers", info.library_name
assert info.safetensors is not None
assert info.safetensors.total == sum(weight.numel() for weight in small.state_dict().values())
small.push_to_hub(target, create_pr=True)
