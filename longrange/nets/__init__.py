"""Networks of every kind as one thing: a *run*, its states and one linear map a step.

A net is made from arrays, from a framework's weights, from a function of yours, and run along
inputs; everything that this package measures is then asked of the run.
"""

from longrange.nets.checkpoints import from_file, read_weights
from longrange.nets.gradients import GradientByLag
from longrange.nets.intervals import Interval, interval
from longrange.nets.layouts import KINDS, LAYOUTS, from_state_dict
from longrange.nets.network import (
    GATES,
    Net,
    NetRun,
    diagonal,
    from_jacobians,
    gru,
    leaky,
    linear,
    lstm,
    relu,
    stack,
    tanh,
)
from longrange.nets.readout import recall
from longrange.nets.run import Run
from longrange.nets.steps import StepRun, from_step

__all__ = [
    "GATES",
    "KINDS",
    "LAYOUTS",
    "GradientByLag",
    "Interval",
    "Net",
    "NetRun",
    "Run",
    "StepRun",
    "diagonal",
    "from_file",
    "from_jacobians",
    "from_state_dict",
    "from_step",
    "gru",
    "interval",
    "leaky",
    "linear",
    "lstm",
    "read_weights",
    "recall",
    "relu",
    "stack",
    "tanh",
]
