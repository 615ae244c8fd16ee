"""Every page and every control by keys in Firefox and WebKit; the walk itself, in Chromium."""

import shutil

import engines
import pytest

from explainer.making.files import ROOT
from explainer.viewing import host

KINDS = {
    "range", "number box", "scrub-number", "pad", "radio group", "text box", "toolbar",
    "state-link", "scheme button", "figure button", "button", "search",
}  # fmt: skip


# What a figure has that is one file by itself.
IN_FILES = KINDS - {"scrub-number", "scheme button", "figure button", "search"}


def engine_or_skip(name):
    engine = engines.find(name)
    if not engine:
        assert name not in engines.required(), engines.LACKING[name]
        pytest.skip(engines.LACKING[name])
    return engine


@pytest.mark.parametrize("name", engines.NAMES)
def test_every_page_and_every_control(name, url, pages):
    """No error, every element defined, every control moves its figure and the address follows.

    All under ``script-src 'self'``, search and the button for light and dark included.
    """
    engine = engine_or_skip(name)
    wrong, tried = engines.walk(engine, url, pages)
    assert not wrong, f"{name} ({engine.executable}):\n" + "\n".join(wrong)
    assert tried == KINDS


@pytest.mark.parametrize("name", ["chromium", *engines.NAMES])
def test_every_figure_from_a_disk(name, site):
    """No error, no request, every control moves its figure."""
    engine, folder = engine_or_skip(name), site / "take"
    files = sorted(path.name for path in folder.glob("*.html"))
    wrong, tried = engines.walk(engine, f"{folder.as_uri()}/", files)
    assert not wrong, f"{name} ({engine.executable}):\n" + "\n".join(wrong)
    assert tried == IN_FILES


def test_the_walk_finds_what_is_broken(site, tmp_path):
    broken = tmp_path / "site"
    shutil.copytree(site, broken)
    for module, old, new in [
        ("live-value", "customElements", "nothing.customElements"),  # on the first page
        ("accuracy-by-distance", "subscribe(", "((draw) => draw({ network: 'all' }))("),
        ("link-distances", "slider(this,", "Promise.reject('late'); slider(this,"),
        ("fading-sentence", "this.own = ", "console.error('said'); this.own = "),
        (
            "state",
            "names.filter((key) => state[key] !== START",
            "['r', 'network'].filter((key) => state[key] !== START",
        ),
    ]:
        text = (ROOT / f"docs/elements/{module}.js").read_text("utf-8")
        assert old in text
        broken_module = broken / f"assets/elements/{module}.js"
        broken_module.write_text(text.replace(old, new), "utf-8")
    with host.serving(broken) as url:
        pages = ["", "experiments/", "language/"]
        wrong, _ = engines.walk(engines.find("chromium"), url, pages, patience=3000)
    assert set(wrong) == {
        "/: <live-value> was never defined",
        "/: said",
        "/: rejected: ReferenceError: nothing is not defined",
        "/experiments/: accuracy_by_distance: radio group “Network” moved nothing at ArrowRight",
        "/language/: said",
        "/language/: rejected: late",
        "/language/: fading_sentence: radio group “Sentence” is not what the address says of "
        "sentence",
    }


def test_what_is_required_is_not_skipped(monkeypatch):
    monkeypatch.setattr(engines, "find", lambda _: None)
    monkeypatch.delenv("REQUIRE_ENGINES", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no WebKit"):
        test_every_page_and_every_control("webkit", "", [])
    monkeypatch.setenv("REQUIRE_ENGINES", "firefox,webkit")
    with pytest.raises(AssertionError, match="no WebKit"):
        test_every_page_and_every_control("webkit", "", [])
