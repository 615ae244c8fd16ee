"""What could be imported yesterday can be imported today, whichever module it lives in now."""

import importlib

import pytest

import longrange

# Where a public name stood before it moved to the module it belongs to.
MOVED = {
    "effective_rate": "rates",
    "attention_share": "gates",
    "recall_error": "memory",
    "recall_readout": "memory",
    "mean_field_recall": "memory",
    "recoverable_bits": "memory",
    "recovery_rate": "memory",
}


@pytest.mark.parametrize(("name", "module"), MOVED.items())
def test_a_name_that_moved_is_still_where_it_was(name, module):
    before = getattr(importlib.import_module(f"longrange.{module}"), name)
    assert before is getattr(longrange, name)
    assert before.__module__ != f"longrange.{module}"
