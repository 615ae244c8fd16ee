"""What a move costs, counted: it decides how soon the picture follows, on any machine."""

import pytest
from acting import FRAME, SET

# Page, element, and settings that move it; the last is the one that stays.
MOVES = {
    "rate above": ("", "fading-sentence", [{"r": r / 100} for r in range(50, 70)]),
    "sentence": ("", "fading-sentence", [{"sentence": s} for s in ("keys", "hands", "committee")]),
    "rate": ("", "influence-curves", [{"r": r / 100} for r in range(50, 70)]),
    "distance": ("", "influence-curves", [{"k": k} for k in range(10, 30)]),
    "scale": ("", "influence-curves", [{"scale": s} for s in ("log", "linear", "log")]),
    "steps": ("", "unrolled-network", [{"k": k} for k in range(10, 30)]),
    "ball": ("", "two-valleys", [{"start": h / 20} for h in range(-20, 20)]),
    "weight": ("", "two-valleys", [{"w": w / 10} for w in range(10, 30)]),
    "picture": ("bottleneck/", "remembered-picture", [{"d": d} for d in (32, 64, 96)]),
    "bits": ("bottleneck/", "recoverable-bits", [{"bits": b} for b in ("101", "1010", "10101")]),
    "format": ("bottleneck/", "recoverable-bits", [{"format": "float32"}, {"format": "bfloat16"}]),
    "links": ("language/", "link-distances", [{"r": r / 100} for r in range(50, 70)]),
    "network": ("experiments/", "accuracy-by-distance", [{"network": "gru"}, {"network": "ssm"}]),
    "gain": ("lab/", "jacobian-lab", [{"g": g / 100} for g in range(110, 130)]),
    "lag": ("lab/", "jacobian-lab", [{"k": k} for k in range(10, 30)]),
}
# Bits are written anew, fewer nodes than bits; who is on top is put last in the picture.
NODES = {"bits": 64, "format": 64, "network": 8}

COUNT = """async ([set, frame, host, settings]) => {
  const seen = { nodes: 0, elsewhere: 0, drawn: 0 };
  const home = document.querySelector(host).closest("figure");
  const watch = new MutationObserver((list) => {
    for (const { type, addedNodes, target } of list) {
      const at = target.closest ? target : target.parentElement;
      if (at.closest("[role=status]")) continue; // read aloud, not drawn
      if (!at.closest("figure, live-value")) continue; // Material's program, which comes late
      // A text that is written anew is a node, but lays nothing else out.
      const isElement = ({ nodeType }) => nodeType === Node.ELEMENT_NODE;
      if (type === "childList") seen.nodes += [...addedNodes].filter(isElement).length;
      // What other figures draw: the stage of an element that this control does not set.
      const stage = at.closest(".lr-stage");
      if (stage && !home.contains(stage)) seen.elsewhere += 1;
    }
  });
  eval(set)(host, settings[0]); // what Python drew may be put aside at the first move
  await eval(frame);
  // The laboratory asks its worker; the others draw at once.
  const element = document.querySelector(host), name = element.ask ? "ask" : "render";
  const draw = element[name];
  element[name] = (...given) => { seen.drawn += 1; return draw.apply(element, given); };
  watch.observe(document.body, { subtree: true, childList: true, attributes: true });
  for (const values of settings) eval(set)(host, values);
  await eval(frame);
  watch.disconnect();
  return seen;
}"""


@pytest.mark.parametrize("move", MOVES)
def test_many_moves_in_a_frame_are_drawn_once_and_make_no_node(open_page, move):
    path, host, settings = MOVES[move]
    page = open_page(path)
    counted = page.evaluate(COUNT, [SET, FRAME, host, settings])
    assert counted["nodes"] <= NODES.get(move, 0)
    assert counted["drawn"] == 1
    if path == "bottleneck/":  # the two figures there have no control in common
        assert counted["elsewhere"] == 0
    assert page.problems == []
