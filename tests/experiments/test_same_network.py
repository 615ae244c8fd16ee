"""The study's networks and `longrange.training` train to the same weights, from the same start.

The one differentiates in JAX and steps by optax, the other has its own gradients and its own Adam.
"""

import numpy as np
import pytest

from longrange import training
from longrange.training import NETWORKS, VOCABULARY, Training

eqx = pytest.importorskip("equinox")
optax = pytest.importorskip("optax")
# A core of the study reads as many numbers as it has units. Here each word is one of them.
D = len(VOCABULARY)
K, STEPS = 5, 12


@pytest.mark.parametrize("network", NETWORKS)
def test_the_study_trains_to_the_same_weights(jax, network):
    from experiments.networks import CORES

    ours = Training(network, "alone", distance=K, d=D, seed=1)
    names = [name for name in ours.weights if name not in ("v", "a")]
    core = eqx.tree_at(
        lambda core: [getattr(core, name) for name in names],
        CORES[network](D, jax.random.key(0)),
        [jax.numpy.asarray(ours.weights[name]) for name in names],
    )
    model = core, {name: jax.numpy.asarray(ours.weights[name]) for name in ("v", "a")}
    rule = optax.chain(optax.clip_by_global_norm(training.CLIP), optax.adam(ours.rate))
    steps = rule.init(eqx.filter(model, eqx.is_array))
    here = np.ones(training.BEFORE + K, dtype=bool)

    @eqx.filter_value_and_grad
    def loss(model, read, plural):
        core, answer = model
        (h,) = jax.vmap(lambda x: core(x, here, 1), out_axes=1)(read)
        odds = h @ answer["v"] + answer["a"]
        return -jax.nn.log_sigmoid(jax.numpy.where(plural, odds, -odds)).mean()

    for step in range(STEPS):
        used = step * training.BATCH * (1 + 2 * K)
        tokens, plural = training.sentences(K, training.BATCH, seed=1, skip=used)
        theirs, slopes = eqx.filter_jit(loss)(model, np.eye(D)[tokens], plural)
        change, steps = rule.update(slopes, steps)
        model = eqx.apply_updates(model, change)
        assert ours.step().loss == pytest.approx(float(theirs), rel=1e-9)
    core, answer = model
    for name, due in {**{name: getattr(core, name) for name in names}, **answer}.items():
        np.testing.assert_allclose(ours.weights[name], due, rtol=1e-7, atol=1e-9)
