"""Train one cell of the study: one network on one task, until it learns no more.

Rates race on a few seeds; the seeds of the study are trained at the rate that wins. Networks that
train side by side are lanes of one program, and leave it as they end.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array, lax

from experiments.networks import Network, core_parameters, state_numbers
from experiments.tasks import TASKS, Examples, mixed, row_length, stream

TOLERANCE = 0.1  # an answer of `adding` counts as right up to here
LAGS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
FLOOR = -300.0  # of a logarithm to base 10: smaller numbers are not told from 0
# By which the score must rise, or the share by which the loss must fall, for training to go on.
MARGIN = 0.01
MEMORY = 0.99  # a step of the running mean of the weights, which is what is tested
FARTHEST = 2  # rates tried beyond either end of those given


def cell(config: dict, memory: int | None = None) -> dict:
    """Train and test one cell of the study; the same answer for the same `config`.

    Parameters
    ----------
    config : dict
        See `experiments.study.cell`.
    memory : int, optional
        Bytes to do with: fewer networks are then trained side by side.

    Returns
    -------
    dict
        ``"parameters"`` of the core and ``"state"``, the numbers of its state, None if they grow
        with the text; ``"rate"``, the learning rate that won; ``"validation"``, the mean score of
        the race at each rate, by rate; ``"edge"``, whether no slower or no faster rate than the
        winner was tried; ``"seeds"``, those trained; ``"steps"``, how many each trained and
        ``"best"``, after how many it was best; ``"curves"``, its score on validation data every
        ``config["check"]`` steps; ``"test"``, the score of each seed at each distance; ``"loss"``
        likewise; and, if ``config["lags"]``, the score where the subject is ``"outvoted"``, and
        the gradient by lag ``"before"`` and ``"after"`` training. A loss that overflowed is None.
    """
    trainer = Trainer(config, memory)
    raced = race(trainer)
    rate = winner(raced, config)
    # The seeds that raced have chosen the rate: others say what it is worth.
    lanes = trainer.train([Lane(rate, seed) for seed in config["seeds"]])
    seeds, began, trained, scores, losses = _tested(lanes, config)
    if _disagree(scores, config):
        lanes += trainer.train([Lane(rate, seed) for seed in config["more_seeds"]])
        seeds, began, trained, scores, losses = _tested(lanes, config)
    found = {
        "parameters": core_parameters(_at(began, 0)),
        "state": state_numbers(_at(began, 0)),
        "rate": rate,
        "validation": {str(one): _short(_score(raced[one])) for one in sorted(raced)},
        "edge": rate in (min(raced), max(raced)) and len(raced) > 1,
        "seeds": seeds,
        "steps": [lane.steps for lane in lanes],
        "best": [lane.best_step for lane in lanes],
        "curves": [[round(score, 3) for score in lane.curve] for lane in lanes],
        "test": _by_distance(scores, config),
        "loss": _by_distance(losses, config),
    }
    if config["lags"]:
        at_longest = scores[config["test"].index(config["longest"])]
        found |= {
            "outvoted": outvoted(at_longest, config, seeds),
            "before": lag_gradient(began, config, seeds),
            "after": lag_gradient(trained, config, seeds),
        }
    return found


def _tested(lanes: list["Lane"], config: dict) -> tuple:
    """Sort lanes by seed; return seeds, networks before and after training, scores and losses."""
    lanes.sort(key=lambda lane: lane.seed)
    seeds = [lane.seed for lane in lanes]
    began = begin(config, seeds)
    trained = _stacked([lane.weights for lane in lanes], began)
    return seeds, began, trained, *test(trained, "test", config["test"], config, seeds)


@dataclass(eq=False)
class Lane:
    """One network in training, and what was found so far."""

    rate: float
    seed: int
    steps: int = 0
    curve: list[float] = field(default_factory=list)
    """The score on validation data at each look."""
    best: tuple = (-1.0, 0.0)
    """The best score, and of its looks the least loss, negative."""
    best_step: int = 0
    weights: Network | None = None
    """Those of the best look."""
    mark: tuple = (-1.0, np.inf)
    """Score and loss, of which one must be surpassed by `MARGIN`."""
    marked: int = 0
    """The step at which this was last done."""
    ended: bool = False
    dropped: bool = False
    """Whether it ended since another rate was better."""

    def look(self, score: float, loss: float, weights: Network, config: dict) -> None:
        """Note what validation says now, and whether training ends."""
        self.steps += min(config["check"], config["most"])
        self.curve.append(score)
        if (score, -loss) > self.best:
            self.best, self.best_step, self.weights = (score, -loss), self.steps, weights
        highest, least = self.mark
        if score > highest + MARGIN or loss < least * (1 - MARGIN):
            self.mark, self.marked = (max(score, highest), min(loss, least)), self.steps
        self.ended = (
            self.is_perfect
            or self.steps - self.marked >= config["patience"]
            or self.steps >= config["most"]
        )

    @property
    def is_perfect(self) -> bool:
        """Whether all answers were right at the last two looks."""
        return self.curve[-2:] == [1, 1]


def race(trainer: "Trainer") -> dict[float, list[Lane]]:
    """Train the racing seeds at each rate; go on beyond the ends while an end is best."""
    raced: dict[float, list[Lane]] = {}
    config = trainer.config
    rates = config["rates"]
    for beyond in range(FARTHEST + 1):
        fresh = [Lane(rate, seed) for rate in rates for seed in config["racing"]]
        for lane in trainer.train(fresh, partial(drop, config=config)):
            raced.setdefault(lane.rate, []).append(lane)
        best = winner(raced, config)
        rates = {min(raced): [_next(best, -1)], max(raced): [_next(best, 1)]}.get(best, [])
        if not rates or len(raced) == 1 or beyond == FARTHEST:
            break
    return raced


def drop(lanes: list[Lane], config: dict) -> None:
    """Let rates leave a race that can hardly win it any more.

    Those that are not perfect, when another is; and at each of ``config["halvings"]``, a number of
    steps, the worse half of those still there (successive halving, Jamieson & Talwalkar 2016), but
    none that chance may part from the better half.
    """
    by_rate: dict[float, list[Lane]] = {}
    for lane in lanes:
        if not lane.dropped:
            by_rate.setdefault(lane.rate, []).append(lane)
    perfect = [rate for rate, mine in by_rate.items() if all(lane.is_perfect for lane in mine)]
    stay = perfect or list(by_rate)
    if not perfect and max(lane.steps for lane in lanes) in config["halvings"]:
        scores = sorted((_score(mine) for mine in by_rate.values()), reverse=True)
        least = scores[(len(scores) - 1) // 2]
        stay = [rate for rate in stay if _score(by_rate[rate]) >= least - _noise(least, config)]
    for rate, mine in by_rate.items():
        for lane in mine:
            lane.dropped = rate not in stay
            lane.ended |= lane.dropped


def winner(raced: dict[float, list[Lane]], config: dict) -> float:
    """Return the rate with the best mean score; the middle one of those as good."""
    stayed = {rate: lanes for rate, lanes in raced.items() if not lanes[0].dropped}
    scores = {rate: _score(lanes) for rate, lanes in sorted(stayed.items())}
    best = max(scores.values())
    level = [rate for rate, score in scores.items() if score >= best - _noise(best, config)]
    order = sorted(raced)
    # Of two in the middle the one farther from the ends of all rates.
    return min(
        level,
        key=lambda rate: (
            abs(level.index(rate) - (len(level) - 1) / 2),
            abs(order.index(rate) - (len(order) - 1) / 2),
        ),
    )


def _noise(score: float, config: dict) -> float:
    """Return two standard errors of the mean score of the racing seeds."""
    answers = config["examples"]["validation"] * len(config["racing"])
    return 2 * float(np.sqrt(score * (1 - score) / answers))


def _next(rate: float, way: int) -> float:
    """Return the rate half a decade from another, up or down: 0.3 after 0.1."""
    return float(f"{10 ** ((round(2 * np.log10(rate)) + way) / 2):.1g}")


def _score(lanes: list[Lane]) -> float:
    return float(np.mean([lane.best[0] for lane in lanes]))


def _disagree(scores: np.ndarray, config: dict) -> bool:
    """Return whether some seeds have solved the longest distance of training and others not."""
    at_longest = scores[config["test"].index(config["longest"])].mean(axis=1)
    return len({*(at_longest >= config["solved"]).tolist()}) > 1


def begin(config: dict, seeds: list[int]) -> Network:
    """Return the untrained networks of a cell, a leading axis for the seeds."""
    task = TASKS[config["task"]]
    make = partial(Network, config["network"], config["d"], task.vocabulary, task.answers,
                   gain=config["gain"], cut=config["cut"])  # fmt: skip
    # One by one and not compiled: to compile random numbers takes longer than to draw them.
    drawn = [_fetched(make(jax.random.key(seed))) for seed in seeds]
    return jax.tree.map(lambda *of: np.stack(of) if eqx.is_array(of[0]) else of[0], *drawn)


class Trainer:
    """Trains the lanes of one cell side by side.

    Adam at a constant rate; the gradient of each network is clipped to norm ``config["clip"]``.
    What is looked at, kept and tested is the running mean of the weights.
    """

    def __init__(self, config: dict, memory: int | None = None):
        self.config = config
        network = _at(begin(config, [0]), 0)
        _, rest = eqx.partition(network, eqx.is_inexact_array)
        most = len(config["rates"]) * len(config["racing"])
        if memory is not None:
            most = min(most, memory // _bytes(network, config))
        if most < 1:
            raise MemoryError(
                f"{config['network']} of width {config['d']}, {config['task']}: "
                f"one network needs {_bytes(network, config) / 1e9:.1f} GB to train, "
                f"and there are {memory / 1e9:.1f} GB"
            )
        # Each number of lanes is compiled anew: three must do, and the rest is filled up.
        self.sizes = sorted({-(-most // part) for part in (1, 2, 4)})
        clip = config["clip"]
        self.optimiser = optax.chain(
            optax.identity() if clip is None else optax.clip_by_global_norm(clip),
            optax.scale_by_adam(),
        )

        def loss(arrays: Network, batch: Examples) -> Array:
            return jax.vmap(lambda row: judge(eqx.combine(arrays, rest), row)[1])(batch).mean()

        def step(rate: Array, carry: tuple, batch: Examples) -> tuple:
            arrays, mean, state = carry
            updates, state = self.optimiser.update(jax.grad(loss)(arrays, batch), state)
            arrays = jax.tree.map(lambda a, u: a - rate * u, arrays, updates)
            return arrays, optax.incremental_update(arrays, mean, 1 - MEMORY), state

        def look(mean: Network, rows: Examples) -> tuple[Array, Array]:
            return jax.tree.map(jnp.mean, _judge_rows(eqx.combine(mean, rest), rows))

        @jax.jit
        def run(rates: Array, carry: tuple, batches: Examples, rows: Examples) -> tuple:
            """Train on all batches; return where that leads, and what validation says of it."""

            def one(carry: tuple, batch: Examples) -> tuple:
                return jax.vmap(step)(rates, carry, batch), None

            carry, _ = lax.scan(one, carry, batches)
            return carry, jax.vmap(look)(carry[1], rows)

        self.run = run

    def train(
        self, lanes: list[Lane], meanwhile: Callable[[list[Lane]], None] = lambda _: None
    ) -> list[Lane]:
        """Train the lanes until each has ended; return them.

        `meanwhile` is called after each look, and may end lanes.
        """
        for start in range(0, len(lanes), self.sizes[-1]):
            self._train(lanes[start : start + self.sizes[-1]], meanwhile)
        return lanes

    def _train(self, lanes: list[Lane], meanwhile: Callable[[list[Lane]], None]) -> None:
        config, chunk = self.config, min(self.config["check"], self.config["most"])
        seeds = [lane.seed for lane in lanes]
        arrays = eqx.filter(begin(config, seeds), eqx.is_inexact_array)
        carry = arrays, arrays, jax.vmap(self.optimiser.init)(arrays)
        rows = self.validation(seeds)
        running, filled = lanes, []
        for part in count():
            left = [i for i, lane in enumerate(running) if not lane.ended]
            if not left:
                return
            size = next(size for size in self.sizes if size >= len(left))
            if size != len(filled):
                # Those that have ended leave, and copies of others fill up.
                keep = np.resize(left, size)
                carry, rows = jax.tree.map(lambda leaf, keep=keep: leaf[keep], (carry, rows))
                filled, running = [running[i] for i in keep], [running[i] for i in left]
                rates = np.array([lane.rate for lane in filled], np.float32)
            read = batches(chunk, part, config, [lane.seed for lane in filled])
            carry, looked = self.run(rates, carry, read, rows)
            scores, losses = map(np.asarray, looked)
            means = jax.tree.map(np.asarray, carry[1])
            for i, lane in enumerate(running):
                if not lane.ended:
                    weights = jax.tree.map(lambda leaf, i=i: leaf[i], means)
                    lane.look(float(scores[i]), float(losses[i]), weights, config)
            meanwhile(lanes)

    def validation(self, seeds: list[int]) -> Examples:
        """Return the validation data of each seed, arrays (seeds, examples, ...)."""
        config = self.config
        inside = [k for k in config["test"] if k <= config["longest"]]
        each = -(-config["examples"]["validation"] // len(inside))
        rows = [_rows("validation", k, config, seeds, each) for k in inside]
        return Examples(*(np.concatenate(of_k, axis=1) for of_k in zip(*rows, strict=True)))


def _bytes(network: Network, config: dict) -> int:
    """Return about how many bytes one network needs while it trains.

    Six copies of its weights (gradient, two moments, running mean, the best), and what
    backpropagation keeps of each token: the state and some ten vectors.
    """
    weights = sum(leaf.size for leaf in jax.tree.leaves(eqx.filter(network, eqx.is_inexact_array)))
    tokens = config["batch"] * row_length(config["task"], config["longest"])
    growing = tokens // config["batch"]  # the weights of attention
    kept = 3 * (state_numbers(network) or growing) + 10 * config["d"]
    return 4 * (6 * weights + tokens * kept)


def batches(steps: int, part: int, config: dict, seeds: list[int]) -> Examples:
    """Return batches of training data, arrays (steps, seeds, batch, ...); seeds may repeat."""
    task, shortest, longest = config["task"], config["shortest"], config["longest"]
    shape, drawn = (steps, config["batch"]), {}
    for seed in set(seeds):
        rng = stream("training", task, seed, shortest, longest, part)
        distances = np.full(np.prod(shape), longest)
        if shortest < longest:
            distances = mixed(rng, longest, len(distances))
        if config["growing"]:
            distances[:] = growing(part * steps, config)
        rows = TASKS[task].draw(rng, distances, row_length(task, longest))
        drawn[seed] = [array.reshape(*shape, -1) for array in rows]
    return Examples(*(np.stack(of, axis=1) for of in zip(*(drawn[s] for s in seeds), strict=True)))


def growing(step: int, config: dict) -> int:
    """Return the distance that starting small is at: from 1 to the longest, twice as long each."""
    return min(config["longest"], 2 ** (step // config["growing"]))


def test(
    networks: Network, use: str, asked: list[int], config: dict, seeds: list[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and losses at each distance `asked`, two arrays (K, seeds, examples).

    A score is the share of right answers, of `adding` that of answers within `TOLERANCE`.
    """
    count, farthest = config["examples"][use], max(config["test"])
    rows = [_rows(use, k, config, seeds, count, farthest) for k in asked]
    found = [_judge_all(networks, of_seeds) for of_seeds in rows]
    return tuple(np.array(measure, float) for measure in zip(*found, strict=True))


def outvoted(scores: np.ndarray, config: dict, seeds: list[int]) -> list[float]:
    """Return each seed's score at the longest distance where most nouns differ from the subject."""
    count, farthest = config["examples"]["test"], max(config["test"])
    tokens = _rows("test", config["longest"], config, seeds, count, farthest).tokens
    found = []
    for right, rows in zip(scores, tokens, strict=True):
        nouns, attractors = TASKS["agreement"].attractors(rows)
        found.append(np.ma.masked_array(right, 2 * attractors <= nouns + 1).mean())
    return _short(np.ma.array(found))


def _rows(
    use: str, k: int, config: dict, seeds: list[int], count: int, farthest: int | None = None
) -> Examples:
    """Return so many examples of a stream at distance `k`, arrays (seeds, count, ...).

    They are filled up to the length of the `farthest` example.
    """
    task = config["task"]
    # One length wherever the task allows it: one program.
    length = row_length(task, farthest or config["longest"])
    drawn = [
        TASKS[task].draw(stream(use, task, seed, k), np.full(count, k), length) for seed in seeds
    ]
    return Examples(*map(np.stack, zip(*drawn, strict=True)))


@eqx.filter_jit
@eqx.filter_vmap
def _judge_all(network: Network, rows: Examples) -> tuple[Array, Array]:
    """Return scores and losses of one network on its examples; mapped over networks."""
    return _judge_rows(network, rows)


def _judge_rows(network: Network, rows: Examples) -> tuple[Array, Array]:
    """Return scores and losses of one network on many examples, in parts that memory holds."""
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


def lag_gradient(networks: Network, config: dict, seeds: list[int]) -> dict[str, list]:
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
        rows = _rows("test", k, config, seeds, config["examples"]["lags"])
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


def _stacked(weights: list[Network], like: Network) -> Network:
    """Return networks with these weights, a leading axis for them, otherwise `like` others."""
    arrays = jax.tree.map(lambda *leaves: np.stack(leaves), *weights)
    return eqx.combine(arrays, eqx.partition(like, eqx.is_inexact_array)[1])


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
