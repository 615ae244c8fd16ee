"""Pinned packages, with pip but without a registry: a folder of wheels stands for it."""

import hashlib
import io
import tarfile
import zipfile

import pytest

from experiments.wild.packages import PACKAGES, Archive, Package, Shelf

FILE = "toy_net-1.0-py3-none-any.whl"


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """Return the pinned package of a registry that has nothing else."""
    folder = tmp_path / "registry"
    folder.mkdir()
    with zipfile.ZipFile(folder / FILE, "w") as wheel:
        wheel.writestr("toy_net/weights.bin", b"\1\2\3")
        wheel.writestr(
            "toy_net-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: toy-net\nVersion: 1.0\n"
        )
        wheel.writestr(
            "toy_net-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr("toy_net-1.0.dist-info/RECORD", "")  # fmt: skip
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    digest = hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    return Package("toy-net", "1.0", FILE, digest, "MIT")


def shelf(folder, package, **changed):
    return Shelf(folder, {"toy-net": Package(**vars(package) | changed)})


def test_a_package_is_downloaded_once_and_read_in_place(tmp_path, registry, monkeypatch):
    cache = tmp_path / "cache"
    found = shelf(cache, registry).open("toy-net")
    assert found.read("toy_net/weights.bin") == b"\1\2\3"
    assert found.names()[-1] == "toy_net/weights.bin"
    assert [path.name for path in cache.iterdir()] == [FILE]
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))  # offline from here on
    assert shelf(cache, registry).open("toy-net").read("toy_net/weights.bin") == b"\1\2\3"
    with pytest.raises(ValueError, match=r"there is no file toy_net/other\.bin in it"):
        found.read("toy_net/other.bin")


def test_another_file_than_the_pinned_one_is_not_taken(tmp_path, registry):
    cache = tmp_path / "cache"
    with pytest.raises(ValueError, match=r"toy-net 1\.0 .* another sha256 than the one"):
        shelf(cache, registry, sha256="0" * 64).open("toy-net")
    assert list(cache.iterdir()) == []


def test_a_file_in_the_cache_that_was_changed_is_refused(tmp_path, registry):
    cache = tmp_path / "cache"
    shelf(cache, registry).open("toy-net")
    with (cache / FILE).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ValueError, match=rf"{FILE}: its sha256 is \w+, not {registry.sha256}"):
        shelf(cache, registry).open("toy-net")


def test_what_the_registry_lacks_is_told_in_one_line(tmp_path, registry):
    with pytest.raises(ValueError, match=r"^toy-net 2\.0 cannot be downloaded: No matching") as why:
        shelf(tmp_path / "cache", registry, version="2.0").open("toy-net")
    assert "\n" not in str(why.value)


def test_source_packages_are_read_too(tmp_path):
    path = tmp_path / "toy-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("toy-1.0/weights.bin")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"\1\2\3"))
    assert Archive(path).names() == ["toy-1.0/weights.bin"]
    assert Archive(path).read("toy-1.0/weights.bin") == b"\1\2\3"
    with pytest.raises(ValueError, match=r"there is no file setup\.py in it"):
        Archive(path).read("setup.py")


@pytest.mark.parametrize("name", ["toy-1.0.tar.gz", FILE])
def test_what_is_no_package_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"nothing")
    with pytest.raises(ValueError, match="no wheel and no source package"):
        Archive(tmp_path / name)


def test_every_pin_is_whole():
    for package in PACKAGES.values():
        assert len(bytes.fromhex(package.sha256)) == 32
        assert package.file.endswith((".whl", ".tar.gz"))
        assert f"-{package.version}" in package.file
        assert package.licence
    assert len({package.sha256 for package in PACKAGES.values()}) == len(PACKAGES)
