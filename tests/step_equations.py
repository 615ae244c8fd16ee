"""Every kind of net beside its equations: one step of one sequence, in NumPy or in JAX.

``CASES[name](seed)`` returns the net, its weights by name, and ``step(weights, h, x, xp)``, which
takes and gives the whole state, flat; `xp` is NumPy or jax.numpy.
"""

import numpy as np

from longrange import nets

READS = 3  # I of every net here


def drawn(seed, *shapes, scale=0.8):
    """Return arrays of normal entries."""
    rng = np.random.default_rng([seed, 17])
    return [rng.normal(0, scale, shape) for shape in shapes]


def sigmoid(x, xp):
    return 1 / (1 + xp.exp(-x))


def hard_sigmoid(x, xp):
    return xp.clip(0.2 * x + 0.5, 0, 1)


def plain(name, N=4, **options):
    """Return a case of one layer of plain units."""

    def squash(h, inner, xp):
        if name == "linear":
            return inner
        if name == "relu":
            return xp.maximum(inner, 0)
        return xp.tanh(inner) if name == "tanh" else 0.7 * h + 0.3 * xp.tanh(inner)

    def case(seed=0):
        W, U, b = drawn(seed, (N, N), (N, READS), (N,))
        net = getattr(nets, name)(W, U, b, **options)

        def step(w, h, x, xp):
            return squash(h, w["W"] @ h + w["U"] @ x + w["b"], xp)

        return net, {"W": W, "U": U, "b": b}, step

    return case


def lstm(gates, N=4):
    squash = {"sigmoid": sigmoid, "hard_sigmoid": hard_sigmoid}[gates]

    def case(seed=0):
        W, U, b = drawn(seed, (4 * N, N), (4 * N, READS), (4 * N,))

        def step(w, state, x, xp):
            h, c = state[:N], state[N:]
            inner = w["W"] @ h + w["U"] @ x + w["b"]
            i, f, o = (squash(inner[n * N : (n + 1) * N], xp) for n in (0, 1, 3))
            c = f * c + i * xp.tanh(inner[2 * N : 3 * N])
            return xp.concatenate([o * xp.tanh(c), c])

        return nets.lstm(W, U, b, gates=gates), {"W": W, "U": U, "b": b}, step

    return case


def lstm_pair(xp, N=4):
    """Return an LSTM, its weights, and its step from (h, c) to (h, c)."""
    net, weights, step = lstm("sigmoid", N)()

    def of_two(w, h, c, x):
        state = step(w, xp.concatenate([h, c]), x, xp)
        return state[:N], state[N:]

    return net, weights, of_two


def gru(gates, N=4, reset="after"):
    squash = {"sigmoid": sigmoid, "hard_sigmoid": hard_sigmoid}[gates]

    def case(seed=0):
        W, U, b, rb = drawn(seed, (3 * N, N), (3 * N, READS), (3 * N,), (3 * N,))

        def step(w, h, x, xp):
            read = w["W"] @ h + w["recurrent_bias"]
            given = w["U"] @ x + w["b"]
            r, z = (squash(read[s] + given[s], xp) for s in (slice(0, N), slice(N, 2 * N)))
            if reset == "after":
                new = r * read[2 * N :]
            else:
                new = w["W"][2 * N :] @ (r * h) + w["recurrent_bias"][2 * N :]
            n = xp.tanh(given[2 * N :] + new)
            return (1 - z) * n + z * h

        net = nets.gru(W, U, b, recurrent_bias=rb, gates=gates, reset=reset)
        return net, {"W": W, "U": U, "b": b, "recurrent_bias": rb}, step

    return case


def diagonal(seed=0, N=4):
    decay, U, b = drawn(seed, (N,), (N, READS), (N,))

    def step(w, h, x, xp):
        return w["decay"] * h + w["U"] @ x + w["b"]

    return nets.diagonal(decay, U, b), {"decay": decay, "U": U, "b": b}, step


def turning(seed=0, N=4):
    """Return a complex one; its weights are real parts, then imaginary parts."""
    decay, U, b = drawn(seed, (2, N), (2 * N, READS), (2 * N,), scale=0.5)

    def step(w, h, x, xp):
        real, imaginary = w["decay"]
        given = w["U"] @ x + w["b"]
        return xp.concatenate([
            real * h[:N] - imaginary * h[N:] + given[:N],
            imaginary * h[:N] + real * h[N:] + given[N:],
        ])  # fmt: skip

    net = nets.diagonal(decay[0] + 1j * decay[1], U[:N] + 1j * U[N:], b[:N] + 1j * b[N:])
    return net, {"decay": decay, "U": U, "b": b}, step


def gated(seed=0, N=4):
    """Return one whose λ depends on the input: it knows nothing of gradients to weights."""
    of_x, U, b = drawn(seed, (N, READS), (N, READS), (N,))

    def step(w, h, x, xp):
        return sigmoid(of_x @ x, xp) * h + U @ x + b

    return nets.diagonal(lambda inputs: sigmoid(inputs @ of_x.T, np), U, b), None, step


def stacked(*names):
    """Return layers on top of each other, each reading what the one below shows."""

    def case(seed=0):
        made = [CASES[name](seed + i) for i, name in enumerate(names)]
        layers, weights, read = [], {}, READS
        for i, (net, w, _) in enumerate(made):
            (layer,) = net.layers
            if i:  # it reads the layer below, not the inputs
                rows = len(w["b"])
                w = w | {"U": drawn(seed + i, (rows, read), scale=0.4)[0]}
                layer.U = w["U"]
            layers.append(net)
            weights |= {f"{i}.{key}": value for key, value in w.items()}
            read = layer.outputs
        sizes = np.cumsum([net.size for net, _, _ in made])[:-1]
        shown = [net.layers[0].outputs for net, _, _ in made]

        def step(w, h, x, xp):
            new = []
            for i, (part, (_, _, one)) in enumerate(zip(xp.split(h, sizes), made, strict=True)):
                own = {k.partition(".")[2]: v for k, v in w.items() if k.startswith(f"{i}.")}
                new.append(one(own, part, x, xp))
                x = new[-1][: shown[i]]
            return xp.concatenate(new)

        return nets.stack(layers), weights, step

    return case


CASES = {
    "gru, reset first": gru("sigmoid", reset="before"),
    "tanh": plain("tanh"),
    "linear": plain("linear"),
    "relu": plain("relu"),
    "leaky": plain("leaky", leak=0.3),
    "lstm": lstm("sigmoid"),
    "lstm, hard": lstm("hard_sigmoid"),
    "gru": gru("sigmoid"),
    "gru, hard": gru("hard_sigmoid"),
    "diagonal": diagonal,
    "complex": turning,
    "input-dependent": gated,
    "two lstm": stacked("lstm", "lstm"),
    "mixed": stacked("gru", "complex", "lstm, hard", "leaky"),
}
KNOWN = [name for name in CASES if name != "input-dependent"]  # their weights are known


def sequences(seed=0, T=7, B=2):
    """Return inputs of shape (T, B, I)."""
    return np.random.default_rng([seed, 18]).normal(size=(T, B, READS))


def along(step, weights, h, inputs, xp=np):
    """Return the states after each step of one sequence."""
    states = []
    for x in inputs:
        h = step(weights, h, x, xp)
        states.append(h)
    return xp.stack(states)
