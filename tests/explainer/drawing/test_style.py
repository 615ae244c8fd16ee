"""`explainer.drawing.style`: what figures share, drawn for a screen and for a phone."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from explainer.drawing import style, svg

mpl.use("agg")


@pytest.fixture(params=[True, False], ids=["wide", "narrow"])
def wide(request):
    with style.site_style("probe", request.param):
        yield request.param
    plt.close("all")


def test_panels_stand_side_by_side_on_a_screen_and_are_stacked_on_a_phone(wide):
    figure, axes = style.panels(wide, 3, 400, 600)
    for name, ax in zip("abc", axes, strict=True):
        ax.set_gid(name)
    found = svg.stage(figure)
    assert found["size"] == ([900, 400] if wide else [328, 600])
    across, down = ([found["axes"][name][side]["range"][0] for name in "abc"] for side in "xy")
    apart, alike = (across, down) if wide else (down, across)
    assert sorted(set(apart)) == apart
    assert max(alike) - min(alike) < 0.01


def test_a_line_is_named_at_its_end_even_where_that_is_the_edge_of_the_axes(wide):
    figure, ax = style.panels(wide, 1, 300, 300)
    ax.set_xlim(0, 10)
    ax.plot([0, 10], [0, 1])
    label = style.label_end(ax, 10, 1, "the line")
    figure.draw_without_rendering()
    box, (end, height) = label.get_window_extent(), ax.transData.transform((10, 1))
    assert 0 < box.x0 - end < 10 * figure.dpi / 72
    assert box.y0 < height < box.y1
    assert box.x1 <= figure.bbox.x1  # its room is kept


def test_no_text_is_smaller_than_a_tick(wide):
    figure, ax = style.panels(wide, 1, 300, 300)
    ax.set_title("a title")
    ax.set_xlabel("an axis")
    label = style.label_end(ax, 1, 1, "a line")
    sizes = [label.get_size(), ax.title.get_size(), ax.xaxis.label.get_size()]
    assert sizes == [14 if wide else 12] * 3
    assert {tick.get_size() for tick in ax.get_xticklabels()} == {13 if wide else 12}
    assert figure.get_layout_engine() is not None


def test_one_picture_for_screens_and_phones_can_be_read_on_both():
    with style.site_style("probe"):
        figure, ax = plt.subplots()
        ax.set_title("title")
        width = figure.get_figwidth() * 72
        sizes = [ax.title.get_size(), *(tick.get_size() for tick in ax.get_xticklabels())]
        plt.close(figure)
    assert min(sizes) >= 13  # at its natural size, on a screen
    assert min(sizes) * 328 / width >= 11.5  # as wide as a phone shows it
