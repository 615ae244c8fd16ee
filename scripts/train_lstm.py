"""Train a small LSTM in PyTorch on the study's agreement sentences; write docs/data/.

The network of the page "Your network": it reads "<s> the SUBJECT" and k words more, and chooses
*is* or *are*. It is trained on a mixture of distances, and written as an engineer would have it: a
checkpoint of a model that has an embedding and a head around its LSTM, a batch of sentences, and
the states that PyTorch computes for them. Needs the extra `frameworks`.
"""

import argparse
import io
import json
import sys
from pathlib import Path

import numpy as np

from experiments.tasks import Agreement
from explainer.making import extras
from explainer.making.files import DATA, write

TRAINED, TESTED = 16, 64  # longest distance of the mixture; distance of the sentences measured on
READ, WIDTH, BATCH = 12, 32, 64
SENTENCES, CHECKED = 64, 8  # that are measured on; whose states PyTorch tells


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=3000, help="(default: %(default)s)")
    parser.add_argument("--out", type=Path, default=DATA, help="folder (default: docs/data)")
    args = parser.parse_args()
    if args.steps < 1:
        parser.error(f"--steps must be at least 1, got {args.steps}")
    if not args.out.is_dir():
        parser.error(f"--out: there is no folder {args.out}")
    if missing := extras.missing("frameworks", "torch", "safetensors"):
        parser.error(missing)
    import torch
    from safetensors.torch import save

    torch.manual_seed(0)
    torch.set_num_threads(1)  # sums in another order would make other weights
    task, rng = Agreement(), np.random.default_rng(0)

    class Model(torch.nn.Module):
        """Words, an LSTM, and a choice between two verbs."""

        def __init__(self) -> None:
            super().__init__()
            self.embedding = torch.nn.Embedding(task.vocabulary, READ)
            self.rnn = torch.nn.LSTM(READ, WIDTH, batch_first=True)
            self.head = torch.nn.Linear(WIDTH, task.answers)

        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            return self.head(self.rnn(self.embedding(tokens))[0][:, -1])

    def draw(distances: np.ndarray, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        found = task.draw(rng, distances, task.before + int(distances.max()))
        return torch.from_numpy(found.tokens), torch.from_numpy(found.targets[:, 0])

    model = Model()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for step in range(args.steps):
        tokens, targets = draw(rng.integers(1, TRAINED + 1, BATCH), rng)
        loss = torch.nn.functional.cross_entropy(model(tokens), targets)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % 500 == 0:
            print(f"step {step + 1}: loss {loss.item():.3f}")

    right = {}
    with torch.no_grad():
        for distance in (4, TRAINED, 2 * TRAINED, TESTED):
            tokens, targets = draw(np.full(1000, distance), np.random.default_rng(distance))
            right[distance] = (model(tokens).argmax(1) == targets).double().mean().item()
            print(f"{distance} words: {right[distance]:.1%} right")
        sentences = draw(np.full(SENTENCES, TESTED), np.random.default_rng(1))[0]
        states = model.rnn(model.embedding(sentences[:CHECKED]))[0]
    told = {"right": json.dumps(right)}  # one entry: several would come in any order
    write(args.out / "agreement_lstm.safetensors", save(model.state_dict(), told))
    for name, array in (
        ("words", sentences.numpy().astype(np.uint8)),
        ("states", states.numpy()),
    ):
        content = io.BytesIO()
        np.save(content, array)
        write(args.out / f"agreement_{name}.npy", content.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main())
