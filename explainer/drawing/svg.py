"""matplotlib figure -> one SVG that is a picture, and the stage for what moves in it.

The file stands alone (light scheme, its own fonts, title and description). `themed` turns
it into the fragment that a page takes in: colours become CSS variables.
"""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from PIL import Image

from explainer.drawing import faces
from explainer.drawing.palette import LIGHT
from explainer.drawing.paths import relative

if TYPE_CHECKING:  # pages are built without drawing, and matplotlib takes half a second to load
    from matplotlib.figure import Figure

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
ET.register_namespace("", _SVG)
ET.register_namespace("xlink", _XLINK)
_POINTS_PER_INCH = 72
_VARIABLE = {light: f"var(--lr-{name})" for name, light in LIGHT.items()}
# What matplotlib calls its own artists; the names that matter are given with set_gid.
_UNNAMED = re.compile(
    r"(figure|axes|patch|line2d|text|xtick|ytick|matplotlib\.axis|\w+Collection)_\d+"
)
_STRAIGHT = re.compile(r"M\S+ \S+[vh]\S+")
_HASHED = re.compile(r"\b([mp])[0-9a-f]{10}\b")  # its ids of marks and clips
_FONT = "font-family: 'Longrange Sans', system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def render(figure: Figure, stem: str, title: str, description: str) -> str:
    """Return `figure` as an SVG document whose ids all start with `stem`.

    Raises
    ------
    ValueError
        If a label was set as mathtext: its glyphs are placed one by one for matplotlib's
        font and fall apart in the reader's. Write ``rᵏ``, not ``$r^k$``.
    """
    raw = io.BytesIO()
    figure.savefig(raw, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    root = ET.fromstring(raw.getvalue())
    _tidy(root, stem)
    for tag, text in (("desc", description), ("title", title)):
        element = ET.Element(f"{{{_SVG}}}{tag}", {"id": f"{stem}-{tag}"})
        element.text = text
        root.insert(0, element)
    root.set("role", "img")
    root.set("aria-labelledby", f"{stem}-title {stem}-desc")
    root.set("style", _FONT)
    used = {element.get("style", "") for element in root.iter(f"{{{_SVG}}}text")}
    weights = [400, *([600] if any("600" in style for style in used) else [])]
    for side in ("width", "height"):  # a unit is a pixel
        root.set(side, root.get(side).removesuffix("pt"))
    face = ET.Element(f"{{{_SVG}}}style")
    text = "".join(root.itertext())
    face.text = "".join(faces.in_sheet(faces.Face(faces.SANS, weight), text) for weight in weights)
    root.insert(2, face)
    return ET.tostring(root, encoding="unicode").replace("><", ">\n<") + "\n"


def stage(figure: Figure) -> dict:
    """Return where data lies in the SVG of `figure`: its size and each named axes.

    Axes are named with ``ax.set_gid``. An axes has, for x and y, its ``domain`` (data at
    both ends), its ``range`` (SVG units at the same ends, y downwards) and ``log``.
    """
    if figure.axes and figure.get_layout_engine():
        # As it was laid out for the SVG: in another resolution it would come out a pixel aside.
        figure.set_layout_engine("none")
    figure.draw_without_rendering()
    scale = _POINTS_PER_INCH / figure.dpi
    width, height = figure.get_size_inches() * _POINTS_PER_INCH
    axes = {}
    for ax in figure.axes:
        if not ax.get_gid():
            continue
        box = ax.get_window_extent()
        axes[ax.get_gid()] = {
            "x": _axis(ax.get_xlim(), (box.x0 * scale, box.x1 * scale), ax.get_xscale()),
            "y": _axis(
                ax.get_ylim(), (height - box.y0 * scale, height - box.y1 * scale), ax.get_yscale()
            ),
        }
    return {"size": [round(float(width), 2), round(float(height), 2)], "axes": axes}


def themed(svg: str) -> str:
    """Return the fragment a page takes in for the document `svg`."""
    root = ET.fromstring(svg)
    title = root.find(f"{{{_SVG}}}title")
    root.remove(title)  # browsers show it as a tooltip over the whole picture
    root.remove(root.find(f"{{{_SVG}}}style"))  # the page has the face
    root.set("aria-label", title.text)
    root.set("aria-describedby", root.attrib.pop("aria-labelledby").split()[1])
    return _fragment(root)


def inlined(raw: str, stem: str, name: str, described_by: str) -> str:
    """Return the fragment for `raw`, an SVG as matplotlib wrote it, in ids that start with `stem`.

    `name` tells what it shows; the element with the id `described_by` tells more.

    Raises
    ------
    ValueError
        If a label was set as mathtext; see `render`.
    """
    root = ET.fromstring(raw)
    _tidy(root, stem)
    root.set("role", "img")
    root.set("aria-label", name)
    root.set("aria-describedby", described_by)
    return _fragment(root)


def strange_colours(svg: str) -> list[str]:
    """Return each fill and stroke of the document `svg` that is no colour of the palette."""
    found = set()

    def look(element: ET.Element, filled: bool) -> None:
        tag, style = element.tag.removeprefix(f"{{{_SVG}}}"), element.get("style", "")
        filled = filled or "fill" in style or "fill" in element.attrib
        found.update(re.findall(r"(?:fill|stroke): *(#[0-9a-f]{6})", style))
        found.update(element.get(name, "") for name in ("fill", "stroke"))
        # matplotlib does not write down that it fills in black.
        if tag in ("path", "text", "use") and not filled:
            found.add("#000000")
        for child in element:
            # What stands in <defs> is drawn elsewhere, where it gets its fill.
            look(child, filled or child.tag in (f"{{{_SVG}}}defs", f"{{{_SVG}}}clipPath"))

    look(ET.fromstring(svg), False)
    return sorted(found - {*LIGHT.values(), "none", ""})


def _fragment(root: ET.Element) -> str:
    """Return `root` without a size of its own, in the colours of the page."""
    for name in ("width", "height", "style"):
        root.attrib.pop(name, None)
    for group in root.iter():
        # A mark that has a name of its own stays as it is: elements read where it goes.
        if "id" not in group.attrib or len(group) > 1:
            for path in group.findall(f"{{{_SVG}}}path"):
                path.set("d", relative(path.get("d", "")))
    for element in root.iter():
        style = element.get("style")
        if style:
            style = re.sub(r"#[0-9a-f]{6}", lambda m: _VARIABLE.get(m[0], m[0]), style)
            element.set("style", style)
    _lighten(root)
    text = ET.tostring(root, encoding="unicode")
    return re.sub(r' xmlns(:xlink)?="[^"]*"', "", text, count=2)  # HTML knows them


def _lighten(root: ET.Element) -> None:
    """Leave out what changes no pixel: figures are most of what a page weighs."""
    root.attrib.pop("version", None)
    paths = list(root.iter(f"{{{_SVG}}}path"))
    marks = {path.get("id"): path for path in paths if "id" in path.attrib}
    for use in root.iter(f"{{{_SVG}}}use"):
        mark = marks.get(use.get(f"{{{_XLINK}}}href", "").removeprefix("#"))
        # A tick is one line, and says itself how it is drawn.
        if mark is not None and _STRAIGHT.fullmatch(mark.get("d", "")) and mark.get("style"):
            use.attrib.pop("style", None)
    for path in paths:
        # A line of the grid ends where its axes end.
        is_grid = _VARIABLE[LIGHT["grid"]] in path.get("style", "")
        if is_grid and _STRAIGHT.fullmatch(path.get("d", "")):
            path.attrib.pop("clip-path", None)


def _axis(domain: tuple, ends: tuple, kind: str) -> dict:
    return {
        "domain": [float(v) for v in domain],
        "range": [round(float(v), 3) for v in ends],
        "log": kind == "log",
    }


def _tidy(root: ET.Element, stem: str) -> None:
    """Make ids unique to the figure; drop what no reader needs."""
    _thin(root)
    ids = {}
    # What matplotlib says in a style sheet, which would hold for the whole page it is taken into.
    root.set("stroke-linejoin", "round")
    for element in root.iter():
        if element.tag == f"{{{_SVG}}}tspan" and "x" in element.attrib:
            raise ValueError(
                "a label is set as mathtext ($…$), which no reader's font can show; "
                "use Unicode such as rᵏ, and on a logarithmic axis the formatter power_of_ten"
            )
        for name, value in element.attrib.items():
            if name == "id" or "#" in value:
                value = _HASHED.sub(lambda m: ids.setdefault(m[0], f"{m[1]}{len(ids)}"), value)
            if name == "id":
                value = f"{stem}-{value}"
            elif name == f"{{{_XLINK}}}href":
                value = value.replace("#", f"#{stem}-", 1) if value[0] == "#" else _grey(value)
            elif name in ("d", "x", "y", "transform", "width", "height") and "matrix" not in value:
                value = _short(value)
            value = value.replace("url(#", f"url(#{stem}-")
            value = re.sub(r"font-family: [^;]+;? ?", "", value)
            element.set(name, value)
        if element.get("transform", "").startswith("rotate(-0 "):
            del element.attrib["transform"]


def _thin(parent: ET.Element) -> None:
    """Drop metadata, style, blank text, names nobody gave, what then draws or groups nothing."""
    children = []
    for child in list(parent):
        _thin(child)
        if _UNNAMED.fullmatch(child.get("id", "")):
            del child.attrib["id"]
        if child.tag in (f"{{{_SVG}}}g", f"{{{_SVG}}}defs") and not (child.attrib or len(child)):
            continue
        if child.get("style") == "fill: none":
            continue  # the ground of axes, which is that of the figure
        if child.tag == f"{{{_SVG}}}g" and not child.attrib:
            children += list(child)
        elif child.tag not in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
            children.append(child)
    parent[:] = children
    for element in (parent, *children):
        if not (element.text or "").strip():
            element.text = None
        if not (element.tail or "").strip():
            element.tail = None


def _short(numbers: str) -> str:
    numbers = re.sub(r"-?\d+\.\d{2,}", lambda m: f"{round(float(m[0]), 1):g}", numbers)
    return re.sub(r"\s*([MLQCz])\s*|\s+", lambda m: m[1] or " ", numbers).strip()


def _grey(address: str) -> str:
    """Return the picture in a data address as a smaller one, if it is grey and opaque."""
    kind, data = address.split(",")
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    small = picture.convert("L")
    if small.convert(picture.mode).tobytes() != picture.tobytes():
        return address
    raw = io.BytesIO()
    small.save(raw, format="png", optimize=True)
    return f"{kind},{base64.b64encode(raw.getvalue()).decode()}"
