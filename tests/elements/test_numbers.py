"""Numbers as people type them (docs/elements/numbers.js), and answers (check-answer.js)."""

import re

from javascript import javascript

from explainer.making.files import ROOT

READ = {
    "0.85": 0.85, "0,85": 0.85, ".85": 0.85, ",85": 0.85, "85.": 85, " 0.85 ": 0.85,
    "1e-1": 0.1, "1E-1": 0.1, "1,5e3": 1500, "−0.5": -0.5, "–0,5": -0.5,
    "- 0.5": -0.5, "+0.5": 0.5, "8.5 × 10⁻¹": 0.85, "8.5·10^-1": 0.85, "8,5x10^−1": 0.85,
    "2*10**-1": 0.2, "10⁻³": 0.001, "10^3": 1000, "-10^2": -100, "1 000": 1000, "1\u202f000": 1000,
    "1\u00a0000,5": 1000.5, "1’000": 1000, "1.000,5": 1000.5, "1,000.5": 1000.5,
    "1,000,000": 1e6, "１２．５": 12.5, "٠٫٨٥": 0.85, "0·85": 0.85, "≈ 8.4": 8.4,
    "\u200e0.85": 0.85,
    "85 %": 85, "85%": 85, "%85": 85, "85\u202f%": 85, "20 per cent": 20, "20 percent": 20,
    "": None, " ": None, "e": None, "eight": None, "-": None, ".": None, "%": None, "1.2.3": None,
    "1,2,3": None, "1 2": None, "0.8 0.9": None, "0x1": None, "0b11": None, "Infinity": None,
    "NaN": None, "1e999": None, "103⁻": None, "½": None, "1½": None, "1e": None, "1,00,000": None,
    "<img src=x>": None, "8.4 steps": None,
}  # fmt: skip
PERCENT = {"85 %", "85%", "%85", "85\u202f%", "20 per cent", "20 percent", "%"}

ASK = "Type a number, such as 12.5."
RIGHT, LARGE, SMALL = "Right: 20.", "Too large. T", "Too small. T"
IN_PERCENT = {
    "20": RIGHT, "20 %": RIGHT, "20%": RIGHT, "0.2": RIGHT, "0,2": RIGHT, "20\u202f%": RIGHT,
    "20,0 %": RIGHT, "2e-1": RIGHT, "2 × 10⁻¹": RIGHT, "2×10^1": RIGHT, "+20": RIGHT, ".20": RIGHT,
    "20 per cent": RIGHT, "0.2 %": SMALL, "30 %": LARGE, "0,3": LARGE, "1": SMALL, "−20": SMALL,
    "−0.2": SMALL, "twenty": ASK, "": ASK, "20 30": ASK,
}  # fmt: skip


def test_a_number_is_read_as_people_type_it():
    found = javascript(
        "const { read } = await import('./numbers.js'); return given.map(read)", list(READ)
    )
    values = {typed: one["value"] for typed, one in zip(READ, found, strict=True)}
    assert values == {typed: "NaN" if v is None else v for typed, v in READ.items()}
    assert {typed for typed, one in zip(READ, found, strict=True) if one["isPercent"]} == PERCENT


def judged(typed, answer, *, percent):
    return javascript(
        "const { judge } = await import('./check-answer.js');"
        "return given[0].map((typed) => judge(typed, given[1], given[2]))",
        [typed, answer, percent],
    )


def test_an_answer_in_per_cent_is_right_as_a_share_too():
    said = judged(list(IN_PERCENT), 20, percent=True)
    assert dict(zip(IN_PERCENT, (one[:12] for one in said), strict=True)) == {
        typed: expected[:12] for typed, expected in IN_PERCENT.items()
    }


def test_an_answer_that_is_no_share_takes_no_per_cent():
    said = judged(["0.2", "20 %", "8,38", "8.4", "9"], 8.38, percent=False)
    assert [one[:11] for one in said] == [
        "Too small. ", "Type a numb", "Right: 8.4.", "Right: 8.4.", "Too large. ",
    ]  # fmt: skip


def test_whoever_asks_for_per_cent_says_so_to_the_element():
    found = [
        (bool(re.search(r"<check-answer[^>]* percent\b", line)), "in per cent <input" in line)
        for page in (ROOT / "docs").glob("*.md")
        for line in page.read_text("utf-8").splitlines()
        if "<check-answer" in line
    ]
    assert any(says for says, _ in found)
    assert all(says is asks for says, asks in found)
