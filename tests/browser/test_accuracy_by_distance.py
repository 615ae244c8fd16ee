"""`<accuracy-by-distance>`: one network singled out, in the picture and in words."""

import json
import re

import pytest
from acting import FRAME, announced, go, hash_of, moved, record_announcements

from explainer.drawing.palette import LIGHT
from explainer.making.files import RESULTS

PAGE = "experiments/"
PLACE = "accuracy-by-distance"
NETWORKS = ["tanh", "orthogonal", "small_inputs", "leaky", "identity", "gru", "lstm",
            "lstm_chrono", "ssm", "mingru", "rglru", "selective", "linear_attention", "deltanet",
            "gated_deltanet", "attention", "attention_rotary", "attention_alibi",
            "attention_bag"]  # fmt: skip
COLOURS = {
    f"rgb({int(one[1:3], 16)}, {int(one[3:5], 16)}, {int(one[5:], 16)})": name
    for name, one in LIGHT.items()
}
TWO = {"tanh": "measured", "lstm": "forward"}  # told in colour, whatever is asked for


@pytest.fixture
def figure(open_page):
    page = open_page(PAGE)
    yield page
    assert page.problems == []


def radio(page, network):
    return page.locator(f"{PLACE} input[value={network}]")


def readout(page):
    page.evaluate(FRAME)
    return page.locator(f"{PLACE} .lr-readout").inner_text()


def told(page, kind="wide"):
    """Return the colour of each network's line, of those that are not grey."""
    page.evaluate(FRAME)
    marks = page.evaluate(
        """(kind) => [...document.querySelectorAll(`#accuracy_by_distance .lr-for-${kind}`
          + " [id$=-fixed-mean]")].map((one) => [one.id.match(/-net-(\\w+)-/)[1],
          getComputedStyle(one.querySelector("path") ?? one).stroke])""",
        kind,
    )
    shown = {name: COLOURS.get(colour, colour) for name, colour in marks}
    assert set(shown) == set(NETWORKS)
    return {name: colour for name, colour in shown.items() if colour != "muted"}


def solved(network):
    """Return how many seeds have solved each distance, alone and from the mixture, by hand."""
    cells = json.loads((RESULTS / "agreement.json").read_text("utf-8"))["cells"]
    mine = [one for one in cells if one["cell"]["network"] == network]
    alone = {
        one["cell"]["longest"]: one["result"]["test"][str(one["cell"]["longest"])]
        for one in mine
        if one["cell"]["shortest"] == one["cell"]["longest"]
    }
    (mixture,) = (one["result"]["test"] for one in mine
                  if (one["cell"]["shortest"], one["cell"]["longest"]) == (1, 64))  # fmt: skip
    return [
        [sum(score >= 0.9 for score in found[k]) for k in keys]
        for found, keys in ((alone, sorted(alone)), (mixture, [str(k) for k in sorted(alone)]))
    ]


def test_two_are_told_at_first_and_the_choices_are_the_networks(figure):
    assert told(figure) == told(figure, "narrow") == TWO
    values = figure.locator(f"{PLACE} input[type=radio]").evaluate_all(
        "all => all.map(e => e.value)"
    )
    assert values == ["all", *NETWORKS]
    assert readout(figure).startswith("Most seeds learn 64 words alone in ")


def test_a_choice_is_the_readers_and_tells_its_seeds(figure):
    for network in NETWORKS:
        radio(figure, network).check()
        assert told(figure) == told(figure, "narrow") == TWO | {network: "reader"}
        alone, mixture = re.findall(r": (\S+ at 4, .*?)\.", readout(figure))
        for text, counts in zip((alone, mixture), solved(network), strict=True):
            said = [0 if n == "none" else int(n) for n in re.findall(r"(\w+) at \d+", text)]
            assert said == counts, network


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_choice_moves_what_stands_below(open_page, width):
    page = open_page(PAGE, width=width)
    settings = [{"network": network} for network in ("all", *NETWORKS)]
    assert moved(page, PLACE, settings, ["#accuracy_by_distance figcaption"]) < 1


def test_the_one_chosen_lies_on_top(figure):
    radio(figure, "tanh").check()
    figure.evaluate(FRAME)
    last = figure.evaluate(
        """() => [...document.querySelectorAll("#accuracy_by_distance .lr-for-wide [id*='-net-']")]
        .map((one) => one.id.split("-")[2])"""
    )
    assert last[-1] == "tanh"


def test_choosing_all_leaves_the_two(figure):
    radio(figure, "gru").check()
    radio(figure, "all").check()
    assert told(figure) == TWO


def test_by_keyboard_with_an_announcement(figure):
    record_announcements(figure, PLACE)
    radio(figure, "all").focus()
    figure.keyboard.press("ArrowDown")
    assert radio(figure, "tanh").is_checked()
    assert announced(figure)[-1].startswith("Plain tanh")


def test_the_choice_stands_in_the_address_and_back_undoes_it(figure):
    radio(figure, "lstm").check()
    assert hash_of(figure) == "#network=lstm"
    figure.go_back()
    assert told(figure) == TWO
    assert radio(figure, "all").is_checked()
    go(figure, "#network=ssm")
    assert told(figure) == TWO | {"ssm": "reader"}
    go(figure, "#network=transformer")
    assert told(figure) == TWO  # nonsense is no choice
