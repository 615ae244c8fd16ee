"""A small figure that tests add to a copy of the project, whole or broken."""

PROBE = '''"""A probe, not a figure of the site: one number in one bar.

For the tests.
"""

import matplotlib.pyplot as plt

from longrange.rates import influence

ALT = "One bar of height {value}."


def compute() -> dict:
    value = float(influence(0.5, 2))
    return {"value": value, "table": {"value": [value]}}


def draw(data, wide):
    figure, ax = plt.subplots()
    ax.bar([0], [data["value"]])
    return figure
'''


def add(project, code, stem="probe"):
    (project.path / f"explainer/figures/{stem}.py").write_text(code, "utf-8")
