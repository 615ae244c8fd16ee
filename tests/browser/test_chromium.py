"""Without a Chromium the tests install one or say how; they do not pass over in silence."""

import pytest

from explainer.viewing import chromium


def test_one_on_the_path_comes_first(monkeypatch):
    monkeypatch.setattr(chromium.shutil, "which", lambda n: "/x/" + n if n == "chrome" else None)
    assert chromium.executable() == "/x/chrome"


def test_what_an_installer_brings_is_used(monkeypatch):
    there = []
    monkeypatch.setattr(chromium, "_on_path", lambda: there[0] if there else None)
    monkeypatch.setattr(chromium, "playwrights", lambda _: None)
    monkeypatch.setattr(chromium, "_installers", lambda: [["a"], ["b"], ["c"]])

    def run(command, **_):
        if command == ["b"]:
            there.append("/new/chromium")
        return type("Done", (), {"stderr": "", "stdout": ""})

    monkeypatch.setattr(chromium.subprocess, "run", run)
    assert chromium.executable() == "/new/chromium"


def test_none_at_all_fails_with_instructions(monkeypatch):
    monkeypatch.setattr(chromium, "_on_path", lambda: None)
    monkeypatch.setattr(chromium, "playwrights", lambda _: None)
    monkeypatch.setattr(chromium, "_installers", lambda: [["false"]])
    with pytest.raises(RuntimeError, match="Put one on PATH") as error:
        chromium.executable()
    assert "false: " in str(error.value)


def test_playwrights_own_is_asked_for_while_a_browser_runs(browser):
    assert browser.is_connected()
    for engine in ("chromium", "firefox", "webkit"):
        path = chromium.playwrights(engine)
        assert path is None or engine in path
