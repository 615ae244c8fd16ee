"""The press: it turns `longrange` into a site. Figures, their drawing, their making, the pages.

It needs ``pip install -e '.[site]'``; the library knows nothing of it.
"""
