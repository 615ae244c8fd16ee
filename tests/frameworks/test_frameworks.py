"""What must be installed is not skipped."""

import frameworks
import pytest


def test_what_is_required_is_not_skipped(monkeypatch):
    monkeypatch.delenv("REQUIRE_FRAMEWORKS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="nowhere is not installed"):
        frameworks.find("nowhere.at.all")
    monkeypatch.setenv("REQUIRE_FRAMEWORKS", "torch,nowhere")
    with pytest.raises(AssertionError, match="nowhere is not installed"):
        frameworks.find("nowhere.at.all")
    with pytest.raises(ModuleNotFoundError, match="no module"):  # what is there and broken
        frameworks.find("longrange.no module")
