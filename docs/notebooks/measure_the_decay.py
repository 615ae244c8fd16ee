# ---
# title: Measure the decay yourself
# description: >-
#   A short notebook. It measures how far influence reaches in a recurrent network
#   and compares it with the norm, the spectral radius and the Lyapunov rate.
# hide: [navigation]
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Measure the decay yourself
#
# <p class="lr-lead">Three numbers are quoted for how fast a recurrent network forgets. Here you
# measure the decay, and see which of the three it follows.</p>
#
# ![**A small change dies out in every unit, though norm and radius of $W$ are above 1.** Thin: a
# change of one state, in some of the units, over the steps after it. Around it, from its largest
# unit on: the three laws.](../figures/opening_measure_the_decay.svg)
#
# <p class="lr-needs" markdown="span"><b>3 minutes.</b> You need Python, and
# [Wall one, measured](../decay.md), which explains the three numbers. Afterwards you can measure
# how far influence reaches in a network of your own.</p>
#
# - The norm $\lVert W \rVert$ gives a bound.
# - The spectral radius $\rho(W)$ gives the rate of the linear network.
# - The largest Lyapunov exponent $\lambda_1$ gives the rate $e^{\lambda_1}$ of this network under
#   this input.
#
# What you read was run when the site was built. To run it yourself, clone the repository, install
# it as its README says, and open the notebook in Jupyter. As a plain script it runs too.

# %%
import matplotlib.pyplot as plt
import numpy as np

import longrange
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten, site_style

# %% [markdown]
# ## A network that hears noise
#
# It has a hundred units. Its matrix is random, and so is what it hears at every step. The *gain*
# says how large the entries of the matrix are. The states follow from
# $h_t = \tanh(W h_{t-1} + u_t)$.

# %%
W = longrange.gaussian(100, gain=1.2, seed=1)
drive = 0.5 * np.random.default_rng(2).normal(size=(600, len(W)))
states = longrange.run(W, drive)

# %% [markdown]
# ## What is left after some steps
#
# The Jacobian $J_{t,k} = \partial h_t / \partial h_{t-k}$ says how a small change of the state
# arrives $k$ steps later. Its norm is the largest factor by which any small change is multiplied.
# It differs from time to time. So we take the geometric mean over several $t$, which is the mean
# of the logarithms. All of them come after the run has settled.

# %%
lags, times = np.arange(31), np.arange(200, 600, 20)
logs = longrange.norms(W, states, lags, times=times, log=True)
measured = np.exp(logs.mean(axis=1))
per_step = (measured[30] / measured[15]) ** (1 / 15)

# %% [markdown]
# ## Three numbers that claim to know
#
# A number below 1 says that influence fades. A number above 1 says that it grows, or, for the
# bound, that it may.

# %%
norm = longrange.spectral_norm(W)
radius = longrange.spectral_radius(W)
rate = longrange.effective_rate(W, drive)
print(f"norm of W         {norm:.3f}")
print(f"spectral radius   {radius:.3f}")
print(f"Lyapunov rate     {rate:.3f}")
print(f"measured          {per_step:.3f}")
assert (measured <= norm**lags * 1.000001).all()  # it is a bound

# %%
curves = {
    "bound ‖W‖ᵏ": (norm**lags, "--", "bound"),
    "spectral radius ρᵏ": (radius**lags, ":", "muted"),
    "Lyapunov rate (e^λ₁)ᵏ": (rate**lags, "-", "theory"),
    "measured ‖J‖": (measured, ".", "measured"),
}
with site_style("measure_the_decay"):
    figure, ax = plt.subplots(layout="constrained")
    for name, (curve, mark, hue) in curves.items():
        ax.semilogy(lags, curve, mark, color=LIGHT[hue], label=name)
    ax.set(ylim=(1e-7, 1e4), xlabel="lag k", title="influence left")
    ax.yaxis.set_major_formatter(power_of_ten)
    ax.legend(loc="lower left")
    plt.show()

# %% [markdown]
# **The measured decay follows the Lyapunov rate.** The bound and the powers of the spectral radius
# rise. What is measured rises at first, then falls.
#
# The squashing makes the difference. Its slopes are below 1 wherever the state is not zero, and the
# norm and the radius of $W$ know nothing of them. The measured points lie higher than the line,
# because at each lag the norm takes the best direction.
#
# ## Now change one line
#
# Change the line that makes $W$, or the 0.5 in the line after it. Then run everything again. Here
# are three changes to begin with:

# %%
strong = longrange.gaussian(len(W), gain=2.0, seed=1)
turning = longrange.orthogonal(len(W), gain=1.2, seed=1)
changes = {
    "as above": (W, drive),
    "gain=2.0": (strong, drive),
    "orthogonal": (turning, drive),
    "noise doubled": (W, 2 * drive),
}
rates = {}
print("               norm  radius  rate")
for name, (matrix, noise) in changes.items():
    rates[name] = longrange.effective_rate(matrix, noise)
    size = longrange.spectral_norm(matrix)
    rho = longrange.spectral_radius(matrix)
    print(f"{name:14} {size:4.2f}    {rho:4.2f}  {rates[name]:4.2f}")

# %% [markdown]
# For the network that was run here:
#
# - With `gain=2.0` all three numbers are above 1, the Lyapunov rate too: influence grows. This
#   network is chaotic: a small change does not die out.
# - With `longrange.orthogonal(100, gain=1.2, seed=1)` norm and radius are one and the same number,
#   and it is above 1. Influence fades all the same.
# - With twice the noise the matrix is the same, and so are norm and radius. Influence fades faster,
#   because stronger input drives the units to where $\tanh$ is flat. Such units are *saturated*.
#
# ## Questions
#
# **Question.** You halve the noise. Which of the three numbers change?
#
# - [ ] All three: it is another run.
#     - Norm and radius are numbers of the matrix, and the matrix is the same.
# - [x] The Lyapunov rate only.
#     - Noise moves the states, and the states set the slopes. With less noise the units are less
#       saturated, and influence fades more slowly.
# - [ ] None: the weights are the same.
#     - The weights are only half of each step. The slopes are the other half.
#
# **Question.** You measure $\lVert J_{t,30}\rVert$ at one single step $t$. It is larger than the
# Lyapunov rate to the power 30. Is the rate wrong?
#
# - [ ] Yes: a rate must hold at every step.
#     - It is a mean over a long run. A single step may lie well above it.
# - [ ] Yes: the norm is the better law.
#     - The bound $\lVert W\rVert^{30}$ is too large by far more than the rate is too small.
# - [x] That does not show it.
#     - One step is one sample, and its norm takes the best direction for these 30 steps. Average
#       over many, and look at how the curve goes on with the lag.
#
# **Question.** Your network is exploding: the rate is {{ lab_settings.grows.factor:.2f}}. Will its
# states overflow?
#
# - [ ] Yes: they grow at that rate.
#     - Small *differences* between states grow at that rate. With $\tanh$ every state stays between
#       $-1$ and $1$.
# - [x] Not with $\tanh$.
#     - The states stay between −1 and 1. But two runs that begin nearly alike soon differ, and the
#       gradient grows with the lag.
# - [ ] Only in single precision.
#     - What overflows first, in any precision, is the product of the Jacobians. Ask `norms` for
#       logarithms (`log=True`).
