"""The labels of every figure on every page can be read: none cut off, none over another."""

import pytest

HITS = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  return [...document.querySelectorAll(".lr-stage svg")].flatMap((svg) => {
    const outer = svg.getBoundingClientRect(), name = svg.closest("figure").id, hits = [];
    const seen = [...svg.querySelectorAll("text")].filter(
      (t) => getComputedStyle(t).opacity !== "0" && t.getBoundingClientRect().width);
    const boxes = seen.map((t) => [t.textContent, t.getBoundingClientRect()]);
    for (const [i, [text, a]] of boxes.entries()) {
      if (a.left < outer.left - 1 || a.right > outer.right + 1 || a.top < outer.top - 1
          || a.bottom > outer.bottom + 1) hits.push(`${name}: ${text} is cut off`);
      for (const [other, b] of boxes.slice(i + 1))
        if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3
            && b.top < a.bottom - 3) hits.push(`${name}: ${text} lies over ${other}`);
    }
    return hits;
  });
}"""


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_labels_are_whole_and_apart(open_page, pages, width):
    for path in pages[:-1]:
        page = open_page(path, width=width)
        assert page.evaluate(HITS) == [], f"/{path} at {width} px"
