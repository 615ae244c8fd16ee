"""Maps: every point lies in cells of its own strength, and the file stays small."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from explainer.drawing.cells import shade

STRENGTH = np.array([[0.0, 0.3, 0.3, 1.0], [0.52, 0.3, 0.04, 0.3], [1.0, 1.0, 1.0, 1.0]])
XS, YS = np.array([0.25, 0.5, 1.0, 4.0]), np.array([0.7, 0.8, 1.0])


@pytest.fixture(params=["linear", "log"])
def ax(request):
    figure, ax = plt.subplots()
    ax.set_xscale(request.param)
    yield ax
    plt.close(figure)


def test_each_cell_has_its_strength_in_tenths(ax):
    shade(ax, XS, YS, STRENGTH, "#125ea8", full=0.5)
    for i, j in np.ndindex(STRENGTH.shape):
        shown = [p.get_alpha() for p in ax.patches if p.get_path().contains_point((XS[j], YS[i]))]
        assert shown == ([pytest.approx(0.5 * round(STRENGTH[i, j], 1))] if STRENGTH[i, j] > 0.05
                         else [])  # fmt: skip


def test_cells_end_halfway_to_the_next_as_it_is_seen(ax):
    shade(ax, XS, YS, STRENGTH, "#125ea8", full=1)
    halfway = 2.0 if ax.get_xscale() == "log" else 2.5
    full = next(p.get_path() for p in ax.patches if p.get_alpha() == 1)
    assert not full.contains_point((halfway * 0.999, 0.7))
    assert full.contains_point((halfway * 1.001, 0.7))


def test_neighbours_of_one_strength_are_one_rectangle(ax):
    shade(ax, XS, YS, STRENGTH, "#125ea8", full=1)
    corners = {round(p.get_alpha(), 1): len(p.get_path().vertices) for p in ax.patches}
    assert corners == {0.3: 15, 0.5: 5, 1.0: 10}
