"""Why recurrent networks lose what they read long ago: the mathematics of the site.

Symbols
-------
h_t : state after token t, shape (N,)
W : recurrent matrix, shape (N, N)
r : factor by which the influence of a token changes per step
k : lag, the number of steps back

Dimensions
----------
T time, N state, B batch, K lag
"""

from longrange.rates import half_life, horizon, influence

__all__ = ["half_life", "horizon", "influence"]
__version__ = "0.1.0"
