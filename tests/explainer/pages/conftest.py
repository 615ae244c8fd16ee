"""A small folder of pages for the Markdown extensions."""

import json

import markdown
import pytest
import yaml

from explainer.making.files import ROOT

SVG = """<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 100 50" width="100pt"
aria-labelledby="probe-title probe-desc"><title id="probe-title">It falls.</title>
<desc id="probe-desc">A line.</desc><style>@font-face{font-family:"Probe Sans"}</style>
<path id="probe-live" d="M 0 0" style="stroke: #c03a0e"/></svg>"""
DATA = {
    "value": 0.00123794,
    "count": 12,
    "name": "cat",
    "nothing": None,
    "reader": {"r": 0.8},
    "list": [1.5, 2.5],
    "table": {"r=0.80": [1.0, 0.8]},
    "stage": {"wide": {"size": [100, 50], "axes": {}}, "narrow": {"size": [40, 80], "axes": {}}},
}
BIB = """@article{one1994, author={Bengio, Yoshua}, title={On {LSTM}s and Größe}, year={1994},
  journal={Some Journal}, volume={5}, pages={157--166}, url={https://example.org/x}, doi={10.1/x}}
@misc{two2004, author={White, O. and Lee, D. and Sompolinsky, H.}, title={Memory}, year={2004}}
@misc{both2016, author={Olah, Chris and van der Berg, Shan}, title={Attention}, year={2016}}
@article{bare1999, author={Noname, N.}, title={No journal}, year={1999}}
"""


@pytest.fixture
def docs(tmp_path):
    """Return a docs folder with one figure and three references."""
    docs = tmp_path / "docs"
    for folder in (docs / "figures", docs / "elements"):
        folder.mkdir(parents=True)
    (docs / "figures/probe.svg").write_text(SVG, "utf-8")
    narrow = SVG.replace("probe-", "probe-narrow-").replace("100 50", "40 80")
    (docs / "figures/probe.narrow.svg").write_text(narrow, "utf-8")
    (docs / "figures/probe.json").write_text(json.dumps(DATA), "utf-8")
    (docs / "references.bib").write_text(BIB, "utf-8")
    return docs


@pytest.fixture
def convert(docs):
    """Return a function that makes HTML of a page's text with all extensions of ``mkdocs.yml``.

    The instance of Markdown is its attribute `md`.
    """
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.add_constructor("!ENV", lambda *_: "")
    listed = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), loader)["markdown_extensions"]
    configs = {}
    for one in listed:
        name, config = next(iter(one.items())) if isinstance(one, dict) else (one, {})
        ours = {"docs": str(docs), "file": "page.md"} if name.startswith("explainer.") else {}
        configs[name] = config | ours

    def convert(text):
        convert.md = markdown.Markdown(extensions=list(configs), extension_configs=configs)
        return convert.md.convert(text)

    return convert


@pytest.fixture(autouse=True, scope="session")
def _packages(npm_packages):
    """Have KaTeX there, whichever test comes first."""
