"""Why recurrent networks lose what they read long ago: the mathematics of the site.

Symbols
-------
h_t : state after token t, shape (N,)
W : recurrent matrix, shape (N, N)
u_t : drive, what the input adds before the squashing, shape (N,)
D_t : slopes of the squashing at step t, a diagonal matrix
J : Jacobian dh_t/dh_{t-k} over k steps, shape (N, N)
r : factor by which the influence of a token changes per step
k : lag, the number of steps back
f : gate that keeps what is remembered, a factor between 0 and 1 for each unit, shape (N,)
c_t : memory cell of an LSTM, shape (N,)
m_k : share of the variance of the input k steps back that a linear readout recovers

Dimensions
----------
T time, N state (d in prose and figures), B batch, K lag, n items, I input, S all that a network
carries from step to step
"""

# Modules write ``import scipy`` and its parts load at first use: importing them takes as long as
# all else together, and most who import this package need few.

from longrange import nets
from longrange.associative import (
    attention_share,
    delta_rule_memory,
    least_squares_memory,
    outer_product_accuracy,
    outer_product_error,
    outer_product_memory,
    recall_accuracy,
    relative_error,
    softmax_recall,
)
from longrange.bptt import gradient_by_lag
from longrange.gated import Gated, direct_path, gate_weights, path_norms, run_gated, total_path
from longrange.gates import gate, gate_bias
from longrange.jacobian import lagged, norms, power_norms, singular_values
from longrange.lyapunov import MeanField, critical_gain, effective_rate, exponents, mean_field
from longrange.matrices import (
    delay_line,
    gaussian,
    orthogonal,
    ring_chain,
    spectral_norm,
    spectral_radius,
    symmetric,
    triangular,
    uniform,
    with_norm,
    with_radius,
)
from longrange.measurement import Measurement
from longrange.memory import capacity, estimated_memory, fisher_memory, memory_function
from longrange.precision import bits_read_back, recoverable_bits, recovery_rate
from longrange.probe import measure
from longrange.rates import half_life, horizon, influence, measured_horizon
from longrange.recall import mean_field_recall, recall_error, recall_readout
from longrange.recurrence import run

__all__ = [
    "Gated",
    "MeanField",
    "Measurement",
    "attention_share",
    "bits_read_back",
    "capacity",
    "critical_gain",
    "delay_line",
    "delta_rule_memory",
    "direct_path",
    "effective_rate",
    "estimated_memory",
    "exponents",
    "fisher_memory",
    "gate",
    "gate_bias",
    "gate_weights",
    "gaussian",
    "gradient_by_lag",
    "half_life",
    "horizon",
    "influence",
    "lagged",
    "least_squares_memory",
    "mean_field",
    "mean_field_recall",
    "measure",
    "measured_horizon",
    "memory_function",
    "nets",
    "norms",
    "orthogonal",
    "outer_product_accuracy",
    "outer_product_error",
    "outer_product_memory",
    "path_norms",
    "power_norms",
    "recall_accuracy",
    "recall_error",
    "recall_readout",
    "recoverable_bits",
    "recovery_rate",
    "relative_error",
    "ring_chain",
    "run",
    "run_gated",
    "singular_values",
    "softmax_recall",
    "spectral_norm",
    "spectral_radius",
    "symmetric",
    "total_path",
    "triangular",
    "uniform",
    "with_norm",
    "with_radius",
]
__version__ = "0.2.0"
