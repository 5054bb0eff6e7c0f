"""A verified push is compared with what the Hub gives to a clean process."""

import os
import subprocess
import sys
import textwrap
import uuid

import pytest
import torch
from torch import nn

from hubnb.client.tree import list_repo_files
from hubnb.mixin import DoctorWarning, ModelHubMixin, PyTorchModelHubMixin, VerificationError
from hubnb.mixin.weights import Checkpoint


@pytest.fixture
def repo_id(hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    return f"me/verified-{uuid.uuid4().hex[:8]}"


class Net(nn.Module, PyTorchModelHubMixin):
    def __init__(self, size: int = 3, act=torch.relu, scale: float = 1.0):
        super().__init__()
        self.act, self.scale = act, scale
        self.embed = nn.Embedding(size, 4)
        self.head = nn.Linear(4, size, bias=False)
        self.head.weight = self.embed.weight
        self.drop = nn.Dropout(0.5)
        self.register_buffer("table", torch.arange(4.0), persistent=False)

    def forward(self, tokens, *, offset=0.0):
        return {"logits": self.head(self.drop(self.act(self.embed(tokens) * self.table * self.scale))) + offset}


TOKENS = torch.tensor([[0, 1, 2]])


@pytest.mark.parametrize("inputs", [(TOKENS,), {"tokens": TOKENS, "offset": 2.0}])
def test_a_good_push_is_verified_and_the_model_stays_as_it_was(inputs, repo_id):
    model = Net(5, scale=2.0).train()
    commit = model.push_to_hub(repo_id, verify=True, example_inputs=inputs)
    assert len(commit.oid) == 40
    assert model.training
    assert model.drop.training


def differences(model, repo_id, **kwargs):
    with pytest.raises(VerificationError) as caught:
        model.push_to_hub(repo_id, verify=True, **kwargs)
    assert "undo_push" in str(caught.value)
    return "\n".join(caught.value.differences)


def test_a_dropped_argument_is_caught(repo_id):
    with pytest.warns(DoctorWarning, match="`act`"):
        assert "`act`" in differences(Net(act=torch.tanh), repo_id)


def test_a_dropped_argument_of_the_file_is_caught(repo_id, monkeypatch):
    monkeypatch.setattr(Net, "_hub_mixin_config_to_save", lambda self, config: {"size": 3})
    assert "`scale` was 2.0 and comes back as 1.0" in differences(Net(scale=2.0), repo_id)


def test_a_cut_tie_is_caught(repo_id):
    model = Net()
    model.head.weight = nn.Parameter(model.head.weight.detach().clone())
    with pytest.warns(DoctorWarning, match="one tensor"):
        assert "come back as one" in differences(model, repo_id)


def test_other_numbers_are_caught(repo_id):
    with pytest.warns(DoctorWarning, match="bfloat16"):
        assert "bfloat16 and comes back as float32" in differences(Net().bfloat16(), repo_id)


def test_a_changed_buffer_is_caught_and_so_is_the_output(repo_id):
    model = Net()
    model.table.add_(1)
    with pytest.warns(DoctorWarning, match="`table`"):
        found = differences(model, repo_id, example_inputs=TOKENS)
    assert "The buffer `table` comes back with other values" in found
    assert "The answer differs at output['logits']" in found


def test_a_wrong_number_in_the_file_is_caught(repo_id, monkeypatch):
    of = Checkpoint.of
    monkeypatch.setattr(
        Checkpoint, "of", lambda state, **how: of({name: one.clone().add_(1e-6) for name, one in state.items()}, **how)
    )
    assert "`embed.weight` comes back with other values" in differences(Net(), repo_id)


def test_a_missing_tensor_is_caught(repo_id, monkeypatch):
    of = Checkpoint.of
    monkeypatch.setattr(Checkpoint, "of", lambda state, **how: of({}, **how))
    assert "Missing keys" in differences(Net(), repo_id)


def test_a_class_of_a_script_is_verified_in_a_process_that_can_not_import_it(repo_id, tmp_path):
    script = tmp_path / "train.py"
    script.write_text(
        textwrap.dedent("""
        import math, sys, torch
        from hubnb import PyTorchModelHubMixin

        FACTOR = 3

        class Part(torch.nn.Linear):
            def forward(self, x):
                return super().forward(x) * FACTOR * math.pi

        class Mine(torch.nn.Module, PyTorchModelHubMixin):
            def __init__(self, size: int = 2):
                super().__init__()
                self.part = Part(size, size)
            def forward(self, x):
                return self.part(x)

        print(Mine(4).push_to_hub(sys.argv[1], verify=True, example_inputs=torch.ones(1, 4)).oid)
    """)
    )
    done = subprocess.run([sys.executable, script, repo_id], capture_output=True, text=True, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip()) == 40


def test_the_token_is_in_no_argument_and_no_error(repo_id, hub, monkeypatch):
    seen = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *args, **how: seen.append((args, how)) or run(*args, **how))
    monkeypatch.setattr(Net, "forward", lambda self: None)
    Net().push_to_hub(repo_id, verify=True)
    ((arguments, how),) = seen
    assert hub.token not in str(arguments)
    assert hub.token not in str(how["env"])


def test_what_can_not_be_verified_is_said_before_anything_is_pushed(repo_id):
    class Plain(ModelHubMixin):
        def _save_pretrained(self, save_directory):
            pass

    with pytest.raises(ValueError, match="torch modules"):
        Plain().push_to_hub(repo_id, verify=True)
    with pytest.raises(Exception, match=repo_id):
        list_repo_files(repo_id)


def test_a_push_in_the_background_is_verified_as_the_model_was(repo_id):
    model = Net(5, scale=2.0)
    push = model.push_to_hub(repo_id, verify=True, example_inputs=TOKENS, run_as_future=True)
    with torch.no_grad():
        model.embed.weight.zero_()
    assert not push.done()
    assert len(push.result(120).oid) == 40
    assert push.exception() is None
    assert push.snapshot().state.value == "done"

    with pytest.warns(DoctorWarning, match="`act`"):
        wrong = Net(act=torch.tanh).push_to_hub(repo_id, verify=True, run_as_future=True)
    with pytest.raises(VerificationError, match="`act`"):
        wrong.result(120)
