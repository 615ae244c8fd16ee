"""Title and description of a page are text, which its template puts into HTML as it stands."""

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markupsafe import escape

from explainer.pages import leftovers
from explainer.pages.extension import PageExtension

_SHOWN = ("title", "description", "author")


class FrontMatterExtension(PageExtension):
    """Escape them once, for all places of all templates, or fail naming file and line."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Work before the page is written with them."""
        super().extendMarkdown(md)
        md.preprocessors.register(_Escape(self), "explainer_front_matter", 0)


class _Escape(Preprocessor):
    def __init__(self, extension: FrontMatterExtension) -> None:
        super().__init__(extension.md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        meta = self.extension.meta
        for name in _SHOWN:
            if value := meta.get(name):
                if found := leftovers.in_text(str(value)):
                    raise leftovers.error(self.extension, found[0])
                meta[name] = escape(value)  # which knows what it has escaped before
        return lines


def makeExtension(**options: object) -> FrontMatterExtension:
    """Return the extension (Python-Markdown's entry point)."""
    return FrontMatterExtension(**options)
