"""Train one cell of the study: one network on one task, all rates and seeds in one program."""

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array, lax

from experiments.networks import Network, core_parameters
from experiments.tasks import TASKS, Examples, mixed, row_length, stream

CHUNK = 100  # training steps to a call of the compiled program
TOLERANCE = 0.1  # an answer of `adding` counts as right up to here
LAGS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
FLOOR = -300.0  # of a logarithm to base 10: smaller numbers are not told from 0


def cell(config: dict) -> dict:
    """Train and test one cell of the study; the same answer for the same `config`.

    Parameters
    ----------
    config : dict
        See `experiments.study.cell`.

    Returns
    -------
    dict
        ``"parameters"`` of the core; ``"rate"``, the learning rate with the best mean score on
        validation data; ``"validation"``, that mean at each rate; ``"test"``, the score of each
        seed at each distance, at the chosen rate; ``"loss"`` likewise; and, if
        ``config["lags"]``, the score where the subject is ``"outvoted"``, and the gradient by lag
        ``"before"`` and ``"after"`` training. A loss that overflowed is None.
    """
    began = begin(config)
    trained = train(began, config)
    rates = range(len(config["rates"]))
    inside = [k for k in config["test"] if k <= config["longest"]]
    validated = [test(_at(trained, i), "validation", inside, config)[0] for i in rates]
    best = int(np.argmax([scores.mean() for scores in validated]))
    chosen = _at(trained, best)
    scores, losses = test(chosen, "test", config["test"], config)
    found = {
        "parameters": core_parameters(_at(began, 0)),
        "rate": config["rates"][best],
        "validation": [_short(one.mean()) for one in validated],
        "test": _by_distance(scores, config),
        "loss": _by_distance(losses, config),
    }
    if config["lags"]:
        at_longest = scores[config["test"].index(config["longest"])]
        found |= {
            "outvoted": outvoted(at_longest, config),
            "before": lag_gradient(began, config),
            "after": lag_gradient(chosen, config),
        }
    return found


def begin(config: dict) -> Network:
    """Return the untrained networks of a cell, a leading axis for the seeds."""
    task = TASKS[config["task"]]
    make = partial(Network, config["network"], config["d"], task.vocabulary, task.answers)
    draw = eqx.filter_jit(lambda seeds: eqx.filter_vmap(lambda s: make(jax.random.key(s)))(seeds))
    return _fetched(draw(np.array(config["seeds"])))


def train(networks: Network, config: dict) -> Network:
    """Return the trained networks, with leading axes for the rates and the seeds.

    Adam with a cosine schedule to 0; the gradient of each network is clipped to norm 1.
    """
    arrays, rest = eqx.partition(networks, eqx.is_inexact_array)
    rates = np.array(config["rates"], np.float32)
    arrays = jax.tree.map(lambda leaf: np.broadcast_to(leaf, (len(rates), *leaf.shape)), arrays)
    optimiser = optax.chain(
        optax.clip_by_global_norm(1),
        optax.scale_by_adam(),
        optax.scale_by_learning_rate(optax.cosine_decay_schedule(1.0, config["steps"])),
    )

    def loss(arrays: Network, batch: Examples) -> Array:
        return jax.vmap(lambda row: judge(eqx.combine(arrays, rest), row)[1])(batch).mean()

    def step(rate: Array, carry: tuple, batch: Examples) -> tuple:
        arrays, state = carry
        updates, state = optimiser.update(jax.grad(loss)(arrays, batch), state)
        return jax.tree.map(lambda a, u: a + rate * u, arrays, updates), state

    all_at_once = jax.vmap(jax.vmap(step, (None, 0, 0)), (0, 0, None))

    @jax.jit
    def run(carry: tuple, batches: Examples) -> tuple:
        return lax.scan(lambda *args: (all_at_once(rates, *args), None), carry, batches)[0]

    carry = arrays, jax.jit(jax.vmap(jax.vmap(optimiser.init)))(arrays)
    chunk = min(CHUNK, config["steps"])
    for part in range(config["steps"] // chunk):
        carry = run(carry, batches(chunk, part, config))
    return _fetched(eqx.combine(carry[0], rest))


def batches(steps: int, part: int, config: dict) -> Examples:
    """Return batches of training data, arrays (steps, seeds, batch, ...)."""
    task, shortest, longest = config["task"], config["shortest"], config["longest"]
    shape, drawn = (steps, config["batch"]), []
    for seed in config["seeds"]:
        rng = stream("training", task, seed, shortest, longest, part)
        distances = np.full(np.prod(shape), longest)
        if shortest < longest:
            distances = mixed(rng, longest, len(distances))
        drawn.append(TASKS[task].draw(rng, distances, row_length(task, longest)))
    return Examples(
        *(
            np.stack([array.reshape(*shape, -1) for array in arrays], axis=1)
            for arrays in zip(*drawn, strict=True)
        )
    )


def test(networks: Network, use: str, asked: list[int], config: dict) -> tuple:
    """Return scores and losses at each distance `asked`, two arrays (K, seeds, examples).

    A score is the share of right answers, of `adding` that of answers within `TOLERANCE`.
    """
    rows = [_rows(use, k, config) for k in asked]
    found = [_judge_all(networks, of_seeds) for of_seeds in rows]
    return tuple(np.array(measure, float) for measure in zip(*found, strict=True))


def outvoted(scores: np.ndarray, config: dict) -> list[float]:
    """Return each seed's score at the longest distance where most nouns differ from the subject."""
    tokens = _rows("test", config["longest"], config).tokens
    found = []
    for right, rows in zip(scores, tokens, strict=True):
        nouns, attractors = TASKS["agreement"].attractors(rows)
        found.append(np.ma.masked_array(right, 2 * attractors <= nouns + 1).mean())
    return _short(np.ma.array(found))


def _rows(use: str, k: int, config: dict) -> Examples:
    """Return the examples of a stream at distance `k`, arrays (seeds, examples, ...)."""
    task, count = config["task"], config["examples"][use]
    # One length wherever the task allows it: one program.
    length = row_length(task, max(k, config["longest"]))
    drawn = [
        TASKS[task].draw(stream(use, task, seed, k), np.full(count, k), length)
        for seed in config["seeds"]
    ]
    return Examples(*map(np.stack, zip(*drawn, strict=True)))


@eqx.filter_jit
@eqx.filter_vmap
def _judge_all(network: Network, rows: Examples) -> tuple[Array, Array]:
    """Return scores and losses of one network on its examples; mapped over networks."""
    return lax.map(lambda row: judge(network, row), rows, batch_size=100)


def judge(network: Network, row: Examples) -> tuple[Array, Array]:
    """Return score and loss of one example, means over its answers.

    An answer that overflowed is wrong, and its loss is NaN.
    """
    answers = network(row.tokens, row.values, len(row.targets))
    if answers.shape[1] == 1:
        error = answers[:, 0] - row.targets
        return (abs(error) < TOLERANCE).mean(), (error**2).mean()
    loss = optax.softmax_cross_entropy_with_integer_labels(answers, row.targets)
    right = (answers.argmax(1) == row.targets) & jnp.isfinite(loss)
    return right.mean(), loss.mean()


def lag_gradient(networks: Network, config: dict) -> dict[str, list]:
    """Return where the gradient goes: the log10 of its share at `LAGS`, for each seed.

    The share at lag k is ‖∂L/∂x_{T−k}‖ over the sum of that over all lags, L the loss at the last
    token T; the median over examples of the longest distance, in double precision. An
    example at which the whole gradient is 0, as where all hidden units of the head are off, has
    no share and does not count; ``"flat"`` is the part of such examples.
    """
    k = config["longest"]
    with jax.enable_x64(True):
        networks = jax.tree.map(
            lambda leaf: leaf.astype(float) if eqx.is_inexact_array(leaf) else leaf, networks
        )

        def norms(network: Network, tokens: Array, values: Array, targets: Array) -> Array:
            def loss(x: Array) -> Array:
                (logits,) = network.answer(x, tokens != 0, 1)
                right = logits[targets[0]]
                # The log odds: the gradient of the loss is a multiple, which a share forgets.
                return right - jax.nn.logsumexp(logits, where=jnp.arange(len(logits)) != targets[0])

            return jnp.linalg.norm(jax.grad(loss)(network.embed(tokens, values)), axis=1)

        of_all = eqx.filter_jit(eqx.filter_vmap(eqx.filter_vmap(norms, in_axes=(None, 0, 0, 0))))
        rows = Examples(*(a[:, : config["examples"]["lags"]] for a in _rows("test", k, config)))
        found = np.array(of_all(networks, *rows))
    total = found.sum(axis=2, keepdims=True)
    flat = total[:, :, 0] == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.maximum(np.log10(found / total)[:, :, ::-1], FLOOR)
    middle = np.ma.median(np.ma.masked_invalid(logs), axis=1)
    shares = {str(lag): _short(middle[:, lag]) for lag in LAGS if lag <= k}
    return shares | {"flat": _short(flat.mean(axis=1))}


def _fetched(networks: Network) -> Network:
    """Return networks whose arrays are NumPy's: nothing done to them is compiled."""
    return jax.tree.map(lambda leaf: np.array(leaf) if eqx.is_array(leaf) else leaf, networks)


def _at(networks: Network, i: int) -> Network:
    """Return the networks at index `i` of their first axis."""
    return jax.tree.map(lambda leaf: leaf[i] if eqx.is_inexact_array(leaf) else leaf, networks)


def _by_distance(measures: np.ndarray, config: dict) -> dict[str, list]:
    """Return the mean of each seed at each distance of the test."""
    means = map(_short, measures.mean(axis=2))
    return dict(zip(map(str, config["test"]), means, strict=True))


def _short(numbers: np.ndarray) -> list:
    """Return numbers in six digits, for a file; None for one that is masked or not finite."""
    shorter = np.vectorize(lambda x: float(f"{x:.6g}"))(np.ma.filled(numbers, np.nan))
    return np.ma.masked_invalid(shorter).tolist()
