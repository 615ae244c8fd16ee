"""The small LSTM of the page on one's own network, which ``scripts/train_lstm.py`` trains."""

import json

import numpy as np

import longrange
from explainer.making.files import DATA
from longrange import nets
from longrange.nets import intervals

SUBJECT = 2  # its place in a sentence: "<s> the SUBJECT"


def network() -> tuple[nets.Net, dict[str, np.ndarray], np.ndarray]:
    """Return the net, all arrays of its checkpoint, and the sentences as words, shape (B, T)."""
    weights = nets.read_weights(DATA / "agreement_lstm.safetensors")
    net = nets.from_state_dict(weights, kind="lstm", prefix="rnn.")
    return net, weights, np.load(DATA / "agreement_words.npy")


def right() -> dict[int, float]:
    """Return the share of right answers by words between subject and verb, as it was trained."""
    with (DATA / "agreement_lstm.safetensors").open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    told = json.loads(header["__metadata__"]["right"])
    return {int(distance): share for distance, share in told.items()}


def measured() -> longrange.Measurement:
    """Return what the probe says of it, with the loss that it was trained on: of the last word."""
    net, weights, words = network()
    verbs = weights["head.weight"]
    return longrange.measure(
        net,
        weights["embedding.weight"][words],
        batch_first=True,
        lags=words.shape[1] - 1 - SUBJECT,
        loss=np.tile(verbs[1] - verbs[0], (len(words), 1)),
    )


def norms(lags: np.ndarray) -> nets.Interval:
    """Return ln ‖J‖ from the state after the subject to that `lags` words later.

    From one place in each sentence: a mean over all would mix in the first words, to which the
    network listens more, and at far lags would be of these alone.
    """
    net, weights, words = network()
    run = net.run(weights["embedding.weight"][words], batch_first=True)
    logs = [run.norms([k], times=[SUBJECT + k], log=True)[0] for k in lags.tolist()]
    return intervals.interval(np.stack(logs, axis=-1))


def distance() -> float:
    """Return how far the states of some sentences are from those that PyTorch computed."""
    net, weights, words = network()
    states = np.load(DATA / "agreement_states.npy")
    run = net.run(weights["embedding.weight"][words[: len(states)]], batch_first=True)
    return run.distance(states, batch_first=True)
