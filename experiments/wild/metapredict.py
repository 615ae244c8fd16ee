"""metapredict 3.1.1, network V3: LSTMs in both directions that tell where a protein has no shape.

Amino acids, each a vector with a single 1 among 20; two layers of LSTMs of 52 units in both
directions; a layer normalization, and a weighted sum for each place, cut to 0…1:
how likely the protein is disordered there (package's ``architectures.py`` and ``predictor.py``).
A checkpoint of PyTorch Lightning: gates i, f, g, o.

The package's tests hold what the makers' own program says of 500 human proteins. How well that
agrees with experiments is the makers' claim (Emenecker et al. 2021), which is not tested here.
"""

from dataclasses import dataclass, replace

import numpy as np

from experiments.wild import pickles
from experiments.wild.recurrent import (
    Array,
    Batch,
    Layer,
    Network,
    Part,
    Score,
    batch,
    parts_both_ways,
    run_stack_both_ways,
)
from experiments.wild.sources import Sources, chosen

PACKAGE = "metapredict"
OTHERS, NEEDS = (), ()
FOLDER = "metapredict-3.1.1/metapredict"
FILE = f"{FOLDER}/backend/networks/epoch099_val_loss1107.08.ckpt"
PROTEINS = f"{FOLDER}/tests/input_data/ground_truth_500_seqs.fasta"
SAID = f"{FOLDER}/tests/input_data/ground_truth_500_v3_cpu.npy"
ACIDS = "ACDEFGHIKLMNPQRSTVWY"
EXAMPLES, SEED = 200, 0
LONGEST, USED, STREAMS, STEPS, PARTS_SEED = 600, 64, 16, 2000, 1


@dataclass(frozen=True)
class Model:
    """The network: layers (forward, backward), normalization and output (104,), and a bias."""

    layers: tuple[tuple[Layer, Layer], ...]
    scale: Array
    shift: Array
    output: Array
    bias: float

    def disorder(self, proteins: list[str]) -> list[Array]:
        """Return the score of each place of each protein."""
        read = batch([one_hot(protein) for protein in proteins])
        x = run_stack_both_ways(self.layers, read)[-1]
        x = (x - x.mean(axis=2, keepdims=True)) / np.sqrt(x.var(axis=2, keepdims=True) + 1e-5)
        x = np.clip((x * self.scale + self.shift) @ self.output + self.bias, 0, 1)
        return [x[: len(protein), i] for i, protein in enumerate(proteins)]


def one_hot(protein: str) -> Array:
    """Return one row an amino acid, shape (T, 20)."""
    return np.eye(len(ACIDS))[[ACIDS.index(acid) for acid in protein]]


def load(sources: Sources) -> Model:
    """Return the network."""
    saved = pickles.tensors(sources.shelf.open(PACKAGE).read(FILE))["state_dict"]
    arrays = {name: array.astype(float) for name, array in saved.items()}

    def lstm(suffix: str) -> Layer:
        b = arrays[f"lstm.bias_ih_{suffix}"] + arrays[f"lstm.bias_hh_{suffix}"]
        return Layer(
            "lstm", arrays[f"lstm.weight_hh_{suffix}"], arrays[f"lstm.weight_ih_{suffix}"], b
        )

    return Model(
        tuple((lstm(name), lstm(f"{name}_reverse")) for name in ("l0", "l1")),
        arrays["layer_norm.weight"],
        arrays["layer_norm.bias"],
        arrays["linear_layers.0.weight"][0],
        float(arrays["linear_layers.0.bias"][0]),
    )


def wrong(model: Model) -> Model:
    """Return the network read in TensorFlow's old order of gates, i, g, f, o."""
    order = (0, 2, 1, 3)
    layers = tuple((one.with_blocks(order), two.with_blocks(order)) for one, two in model.layers)
    return replace(model, layers=layers)


def fasta(content: bytes) -> list[str]:
    """Return the sequences of a FASTA file."""
    return ["".join(one.split("\n")[1:]) for one in content.decode().split(">")[1:]]


def network(sources: Sources) -> Network:
    """Return the network, its score and its four recurrent parts."""
    model, archive = load(sources), sources.shelf.open(PACKAGE)
    proteins = fasta(archive.read(PROTEINS))
    said = list(pickles.saved_array(archive.read(SAID)).item().values())
    known = [
        (protein, due)
        for protein, due in zip(proteins, said, strict=True)
        if len(protein) == len(due) <= LONGEST and set(protein) <= set(ACIDS)
    ]
    some = chosen(known, EXAMPLES, SEED)
    names, due = [one for one, _ in some], np.concatenate([other for _, other in some])
    found = np.concatenate(model.disorder(names))
    misread = np.concatenate(wrong(model).disorder(names))
    score = Score(
        "disorder of human proteins as the makers' own program gives it: correlation",
        float(np.corrcoef(found, due)[0, 1]),
        0.0,
        float(np.corrcoef(misread, due)[0, 1]),
        "gates read in TensorFlow's old order",
        len(due),
        {
            "proteins": len(some),
            "largest_difference": float(np.abs(found - due).max()),
            "share_of_disordered_places": float(np.mean(due >= 0.5)),
            "seed": SEED,
        },
    )
    proteins = [protein for protein, _ in known]
    other = parts(wrong(model), proteins)[0].longest()
    return Network(PACKAGE, FILE, score, parts(model, proteins), misread=(other,))


def parts(model: Model, proteins: list[str]) -> tuple[Part, ...]:
    """Return each direction of each layer, and what it reads: proteins, and their chain."""
    used = batch([one_hot(one) for one in chosen(proteins, USED, PARTS_SEED)])
    chain = "".join(chosen(proteins, len(proteins), PARTS_SEED + 1))[: STREAMS * STEPS]
    stream = Batch(one_hot(chain).reshape(STREAMS, STEPS, -1).transpose(1, 0, 2))
    read = {"as used": used, "stream": stream}
    return parts_both_ways(model.layers, read, "amino acids of human proteins")
