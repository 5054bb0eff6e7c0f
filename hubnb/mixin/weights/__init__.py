"""Weights of a torch module as files, and back, with nothing lost in between.

A tensor that stands in the module under several names is stored once, under the first of them; the metadata says
which other names it has, in the words upstream uses, so both libraries read both files.

Loading is strict: every tensor of the module must be in the files, with its shape, and they may hold no others.
What doesn't fit is reported together, not one by one.
"""

from .fitting import Fit, dtype_from
from .loading import IncompatibleKeys, load_state_dict_from_file, load_torch_model
from .mismatch import Mismatch, WeightsLeftOutWarning, WeightsMismatchError
from .reading import PICKLED_WEIGHTS_NAME, SAFE_WEIGHTS_NAME, Weights, WeightsFileError, read_checkpoint
from .saving import Checkpoint, save_torch_model, save_torch_state_dict, split_torch_state_dict_into_shards
from .shards import MAX_SHARD_SIZE, StateDictSplit, split_state_dict_into_shards_factory
from .tensors import distinct_tensors, get_torch_storage_id, get_torch_storage_size

__all__ = [
    "MAX_SHARD_SIZE",
    "PICKLED_WEIGHTS_NAME",
    "SAFE_WEIGHTS_NAME",
    "Checkpoint",
    "Fit",
    "IncompatibleKeys",
    "Mismatch",
    "StateDictSplit",
    "Weights",
    "WeightsFileError",
    "WeightsLeftOutWarning",
    "WeightsMismatchError",
    "distinct_tensors",
    "dtype_from",
    "get_torch_storage_id",
    "get_torch_storage_size",
    "load_state_dict_from_file",
    "load_torch_model",
    "read_checkpoint",
    "save_torch_model",
    "save_torch_state_dict",
    "split_state_dict_into_shards_factory",
    "split_torch_state_dict_into_shards",
]
