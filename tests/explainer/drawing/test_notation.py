"""`explainer.drawing.notation`: what people write for what computers print."""

import pytest

from explainer.drawing.notation import ten_to_the, written


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("6e-07", "6 × 10⁻⁷"),
        ("left: 1.25e-12 of it", "left: 1.25 × 10⁻¹² of it"),
        ("-3e+20", "−3 × 10²⁰"),
        ("1e-09", "10⁻⁹"),
        ("0.00124", "0.00124"),
        ("the1e-5x and 2e5", "the1e-5x and 2e5"),
    ],
)
def test_powers_of_ten_are_written_out(printed, expected):
    assert written(printed) == expected.replace(" × ", "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}")


def test_an_exponent_becomes_a_superscript():
    assert ten_to_the(-30) == "10⁻³⁰"
