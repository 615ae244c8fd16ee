"""The colours of pages: one variable a concept, light or dark as the reader has it."""

from explainer.drawing.palette import LIGHT, PALETTE


def css() -> str:
    """Return the style sheet that gives every concept its variable in both schemes.

    Which of them shows is the `color-scheme` of the page: the system's, or what its script
    early.js sets there. Browsers from before 2024 show the light one.
    """

    def block(scheme: str, values: dict[str, str]) -> str:
        lines = "".join(f"  --lr-{name}: {value};\n" for name, value in values.items())
        return f":root {{\n  color-scheme: {scheme};\n{lines}}}\n"

    both = {name: f"light-dark({colour.light}, {colour.dark})" for name, colour in PALETTE.items()}
    return (
        "/* Made from explainer/drawing/palette.py. */\n"
        + block("light", LIGHT)
        + f"@supports (color: light-dark(red, red)) {{\n{block('light dark', both)}}}\n"
    )
