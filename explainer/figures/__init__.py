"""The figures of the site: one module each, and nothing else in this folder.

A figure module has

- a docstring whose first line is the finding in one sentence, then source and equation;
- ``ALT``: what to tell somebody who cannot see it, with ``{numbers}`` from the data;
- ``compute() -> dict``: seeded, pure, fit for JSON; asserts the finding. Its ``"table"``
  (column name -> list, all of one length) becomes the CSV;
- ``draw(data, wide) -> matplotlib.figure.Figure``: draws that dict for a screen (``wide``) or for a
  phone, with the same names of axes and artists, and computes nothing.

`explainer.making.make` turns it into ``docs/figures/<stem>.{json,svg,narrow.svg,csv,png,py}``.
"""
