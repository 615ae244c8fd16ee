"""Numbers as they are written: 6 × 10⁻⁷, not 6e-07; no line breaks inside them."""

import re

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_COMPUTERS = re.compile(r"(?<![\w.])(-?\d+(?:\.\d+)?)e([+-]\d+)\b")


def ten_to_the(exponent: int) -> str:
    """Return 10 to the power `exponent` as text, such as 10⁻³."""
    return f"10{str(exponent).translate(_SUPERSCRIPT)}"


def written(text: str) -> str:
    """Return `text` with every number such as 6e-07 as 6 × 10⁻⁷."""
    return _COMPUTERS.sub(_by_hand, text)


def _by_hand(number: re.Match) -> str:
    mantissa, power = number[1].replace("-", "−"), ten_to_the(int(number[2]))
    return power if mantissa == "1" else f"{mantissa}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}{power}"
