"""Speech that espeak-ng speaks, and noise."""

import io
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.io import wavfile
from scipy.signal import resample_poly

from experiments.wild.recurrent import Score
from experiments.wild.scoring import auc

Array = NDArray[np.float64]
SPOKEN_AT = 22_050  # samples a second that espeak-ng gives
VOICES = ("en-us", "en-us+f2", "en-us+m3", "en-gb", "en-gb+f4", "en-gb+m7")
COLOURS = (0.0, 1.0)  # white and pink
LEVELS = (20, 10, 0)  # decibels of speech over noise
LOUDNESS = 0.05  # root mean square of what is spoken, of full scale 1: -26 dB


def version() -> str:
    """Return which espeak-ng is installed.

    Raises
    ------
    ValueError
        If none is.
    """
    return _espeak("--version").split(" Data at:")[0].strip()


def speak(text: str, voice: str, rate: int) -> Array:
    """Return a sentence spoken by a voice.

    Parameters
    ----------
    text : str
    voice : str
        As espeak-ng names it, for example ``"en-us+f2"``.
    rate : int
        Samples a second to return: 16 000 or 48 000.

    Returns
    -------
    (samples,) array
        Of root mean square `LOUDNESS`.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "spoken.wav")
        _espeak("-v", voice, "-w", str(path), "--", text)
        found, samples = wavfile.read(io.BytesIO(path.read_bytes()))
    if found != SPOKEN_AT or samples.ndim != 1:
        raise ValueError(f"espeak-ng: {found} samples a second, where {SPOKEN_AT} are due")
    common = int(np.gcd(rate, SPOKEN_AT))
    wave = resample_poly(samples / 2**15, rate // common, SPOKEN_AT // common)
    return wave * (LOUDNESS / np.sqrt(np.mean(wave**2)))


def _espeak(*arguments: str) -> str:
    try:
        done = subprocess.run(["espeak-ng", *arguments], capture_output=True, text=True)
    except FileNotFoundError:
        raise ValueError(
            "espeak-ng is not installed; on Debian: apt-get install espeak-ng"
        ) from None
    if done.returncode:
        raise ValueError(f"espeak-ng: {done.stderr.strip() or 'failed'}")
    return done.stdout


def noise(samples: int, rng: np.random.Generator, colour: float = 0.0) -> Array:
    """Return Gaussian noise of root mean square `LOUDNESS`.

    Parameters
    ----------
    samples : int
    rng : Generator
    colour : float
        Its power falls as frequency to minus this: 0 white, 1 pink, 2 brown.
    """
    spectrum = np.fft.rfft(rng.normal(size=samples))
    spectrum[1:] *= np.arange(1, len(spectrum)) ** (-colour / 2)
    spectrum[0] = 0
    wave = np.fft.irfft(spectrum, samples)
    return wave * (LOUDNESS / np.sqrt(np.mean(wave**2)))


def unsteady(samples: int, every: int, rng: np.random.Generator, colour: float = 0.0) -> Array:
    """Return noise whose loudness wanders: about 10 dB up and down from one `every` to the next.

    Loudness alone then does not tell speech from noise.
    """
    knots = np.arange(samples // every + 2) * every
    levels = np.interp(np.arange(samples), knots, rng.normal(scale=10, size=len(knots)))
    wave = noise(samples, rng, colour) * 10 ** (levels / 20)
    return wave * (LOUDNESS / np.sqrt(np.mean(wave**2)))


def dialogue(
    sentences: list[str], voices: list[str], rate: int, rng: np.random.Generator
) -> tuple[Array, NDArray[np.bool_]]:
    """Return sentences spoken one after the other, with silences of 1 to 3 s, and where speech is.

    Returns
    -------
    wave : (samples,) array
    speaking : (samples,) bool array
        Between the first and the last sound of a sentence.
    """
    waves, speaking = [], []
    for sentence, voice in zip(sentences, voices, strict=True):
        quiet = int(rate * rng.uniform(1, 3))
        wave = speak(sentence, voice, rate)
        loud = np.flatnonzero(np.abs(wave) > 0.01 * np.abs(wave).max())
        wave = wave[loud[0] : loud[-1] + 1]
        waves += [np.zeros(quiet), wave]
        speaking += [np.zeros(quiet, bool), np.ones(len(wave), bool)]
    return np.concatenate(waves), np.concatenate(speaking)


@dataclass(frozen=True)
class Recording:
    """Speech, noise of the same loudness, and where speech is: (samples,) arrays."""

    speech: Array
    noise: Array
    speaking: NDArray[np.bool_]

    def mixed(self, decibels: float) -> Array:
        """Return both together, speech that much louder than noise."""
        return self.speech + self.noise * 10 ** (-decibels / 20)

    def labels(self, frame: int) -> NDArray[np.int64]:
        """Return of each frame of so many samples 1 if all of it is speech, 0 if none, else -1."""
        frames = self.speaking[: len(self.speaking) // frame * frame].reshape(-1, frame)
        return np.where(frames.all(axis=1), 1, np.where(frames.any(axis=1), -1, 0))


def recordings(
    sentences: list[str], each: int, rate: int, rng: np.random.Generator
) -> list[Recording]:
    """Return recordings of `each` sentences, spoken by `VOICES` in turn, in unsteady noise."""
    found = []
    for i in range(len(sentences) // each):
        voices = [VOICES[(i + j) % len(VOICES)] for j in range(each)]
        wave, speaking = dialogue(sentences[i * each : (i + 1) * each], voices, rate, rng)
        back = unsteady(len(wave), rate // 2, rng, COLOURS[i % len(COLOURS)])
        found.append(Recording(wave, back, speaking))
    return found


def loudness(wave: Array, frame: int) -> Array:
    """Return the mean square of each frame of so many samples."""
    return np.mean(wave[: len(wave) // frame * frame].reshape(-1, frame) ** 2, axis=1)


def detection(
    answers: dict[str, list[list[Array]]], labels: list[NDArray[np.int64]]
) -> dict[str, dict[int, float]]:
    """Return how well frames of speech are told from others: area under the curve.

    Parameters
    ----------
    answers : mapping of str to lists
        Of each detector, for each of `LEVELS`, the values (frames,) of each recording.
    labels : list of (frames,) arrays
        As `Recording.labels` gives them.

    Returns
    -------
    mapping of str to mapping
        Area by decibels.
    """
    where = np.concatenate(labels)
    found: dict[str, dict[int, float]] = {}
    for name, by_level in answers.items():
        found[name] = {}
        for level, values in zip(LEVELS, by_level, strict=True):
            joined = np.concatenate(values)
            found[name][level] = auc(joined[where == 1], joined[where == 0])
    return found


def score(
    answers: dict[str, list[list[Array]]],
    labels: list[NDArray[np.int64]],
    *,
    layout: str,
    seed: int,
    more: dict[str, object] | None = None,
) -> Score:
    """Return the score of a detector of speech, at 10 dB of speech over noise.

    Parameters
    ----------
    answers : mapping of str to lists
        As in `detection`: of the network ("right"), of the same weights in another layout
        ("wrong"), and of the "loudness alone".
    labels : list of (frames,) arrays
        As in `detection`.
    layout : str
        Which other one that is.
    seed : int
        Of what was heard.
    more : mapping, optional
        As in `Score`; added to the areas.
    """
    areas = detection(answers, labels)
    return Score(
        "frames with speech told from frames of noise, 10 dB: area under the curve",
        areas["right"][10],
        0.5,
        areas["wrong"][10],
        layout,
        sum(int((label >= 0).sum()) for label in labels),
        {
            "by_decibels": areas["right"],
            "loudness_alone_by_decibels": areas["loudness alone"],
            **(more or {}),
            "speech": version(),
            "voices": list(VOICES),
            "seed": seed,
        },
    )
