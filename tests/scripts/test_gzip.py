# SPDX-License-Identifier: GPL-2.0-or-later
"""distro/scripts/gzip.c: what it writes is read by others, and is the same everywhere."""

import gzip
import random
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "distro/scripts"
PIECE = 1 << 18


def build(folder: Path, *flags: str) -> Path:
    program = folder / "gzip"
    warn = ["-Wall", "-Wextra", "-Werror", "-std=gnu11", "-pthread"]
    subprocess.run(["cc", *warn, *flags, "-o", program, SCRIPTS / "gzip.c"], check=True)
    return program


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("quick"), "-O2")


@pytest.fixture(scope="module")
def careful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with every access to memory looked at, and all else as slow as can be."""
    flags = ["-O0", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    return build(tmp_path_factory.mktemp("careful"), *flags)


def compress(program: Path, content: bytes) -> bytes:
    return subprocess.run([program], input=content, capture_output=True, check=True).stdout


def words(size: int, seed: int) -> bytes:
    """Something like source text."""
    chance = random.Random(seed)
    vocabulary = [chance.randbytes(chance.randint(1, 12)).hex().encode() for _ in range(2000)]
    text = b" ".join(chance.choice(vocabulary) for _ in range(size // 8 + 1))
    return text[:size]


def fibonacci() -> bytes:
    """Bytes so unlike in number that a plain Huffman code has more than 15 bits."""
    counts = [1, 1]
    while sum(counts) < PIECE:
        counts.append(counts[-1] + counts[-2])
    content = bytearray(b"".join(bytes([40 + i]) * n for i, n in enumerate(counts)))
    random.Random(1).shuffle(content)
    return bytes(content[:PIECE])


CONTENTS = {
    **{f"{size} bytes": words(size, size) for size in (0, 1, 2, 3, 4, 5, 7, 8, 255, 258, 259)},
    **{f"a piece and {more}": words(PIECE + more, 3) for more in (-1, 0, 1, 3, 4)},
    "many pieces": words(40 * PIECE + 12345, 4),
    "zeros": bytes(3 * PIECE),
    "one byte": b"x" * 5000,
    "random": random.Random(5).randbytes(2 * PIECE + 77),
    "all bytes": bytes(range(256)) * 300,
    "far": words(32768, 6) + words(32768, 6) + b"y" + words(32768, 6)[:32767],
    "too far": words(32769, 7) * 3,
    "fibonacci": fibonacci(),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_others_read_it(program: Path, name: str) -> None:
    made = compress(program, CONTENTS[name])
    assert gzip.decompress(made) == CONTENTS[name]
    read = subprocess.run(["gzip", "-dc"], input=made, capture_output=True, check=True)
    assert read.stdout == CONTENTS[name]


@pytest.mark.parametrize("name", [name for name in CONTENTS if name != "many pieces"])
def test_the_same_bytes_however_it_was_built(program: Path, careful: Path, name: str) -> None:
    assert compress(program, CONTENTS[name]) == compress(careful, CONTENTS[name])


def test_the_same_bytes_each_time(program: Path) -> None:
    """Whichever thread has which piece."""
    assert len({compress(program, CONTENTS["many pieces"]) for _ in range(5)}) == 1


def test_it_is_smaller(program: Path) -> None:
    """Of source code less is left than gzip leaves in a hurry; what cannot be compressed grows
    little.
    """
    code = b"".join(path.read_bytes() for path in sorted(SCRIPTS.glob("*.c"))) * 4
    hurried = subprocess.run(["gzip", "-1"], input=code, capture_output=True, check=True).stdout
    assert len(compress(program, code)) < len(hurried)
    random_bytes = CONTENTS["random"]
    assert len(compress(program, random_bytes)) < len(random_bytes) * 1.01


def test_a_full_disk_is_told(program: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [program]
        done = subprocess.run(
            command, input=CONTENTS["random"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr == b"gzip: standard output: No space left on device\n"
