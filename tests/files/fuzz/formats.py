"""The formats that are spoilt: good files of each, ways to spoil them, and what reads them."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass, field

from tests.files.fuzz import good, spoil
from tests.files.models.mutate import Mutator
from tests.files.models.seeds import good_files, small_corpus

ROUNDS = (1, 1, 1, 2, 3)
PACKED = 1100  # what a byte that is compressed holds at most: zlib's bound is 1032
PLAIN = 100


@dataclass
class Format:
    """A format.

    Attributes
    ----------
    share : int
        Of the files, in proportion to the others'.
    good : dict of str to bytes
        What is spoilt.
    ways : tuple of callables
        Take a `random.Random`, the bytes, and all good ones; return other bytes.
    holds : int
        How many bytes of memory a byte of a file may account for.
    file_name : str
        What it is called when it is read.
    read : callable
        Takes the path, returns how it ended.
    reads : int
        How many times it reads the file: each may take its time.
    """

    name: str
    share: int
    good: dict
    ways: tuple
    holds: int
    file_name: str
    read: object
    beside: dict = field(default_factory=dict)
    reads: int = 1

    def file(self, seed, index):
        """Return the bytes of a file, and what it was made of."""
        rng = random.Random(f"{seed}/{index}")
        name = rng.choice(list(self.good))
        data, story = self.good[name], [name]
        for _ in range(rng.choice(ROUNDS)):
            way = rng.choice(self.ways)
            story.append(way.__name__)
            with suppress(spoil.HopelessError):  # too broken already for this way
                data = way(rng, data, list(self.good.values()))
        return data, ", ".join(story)

    def place(self, folder, data):
        """Write the file where it is read, and what belongs beside it; return its path."""
        base = folder / self.name.replace(" ", "-")
        path = base / self.file_name
        if not base.is_dir():
            for name in (*self.beside, self.file_name):
                (base / name).parent.mkdir(parents=True, exist_ok=True)
            for name, content in self.beside.items():
                (base / name).write_bytes(content)
        path.write_bytes(data)
        return path


class ModelFormat(Format):
    """The models' own mutator, which knows pickles and layers."""

    def __init__(self, folder):
        files = good_files(folder)
        super().__init__("model", 40, files, (), PLAIN, "model.pt", good.read_model_file)
        self._hostile, self._mutators = small_corpus(), {}

    def file(self, seed, index):
        if seed not in self._mutators:
            self._mutators[seed] = Mutator(self.good, self._hostile, seed)
        return self._mutators[seed].file(index)


def all_formats(folder):
    """Return the formats by name."""
    raw, numbers = spoil.change_bytes, spoil.set_number
    text = (raw, spoil.insert_words, spoil.repeat)
    boxed = (raw, spoil.inside_zip, spoil.inside_zip)
    pictures = good.pictures()
    found = [
        ModelFormat(folder),
        Format("settings", 10, good.settings(), text, PLAIN, "a.toml", good.read_settings),
        Format("preferences", 2, good.preferences(), text, PLAIN, "p.toml", good.read_preferences),
        Format(
            "saved run", 5, good.runs(folder)[0], (raw, spoil.run_content), PLAIN,
            "a.safetensors", good.read_saved,
        ),
        Format(
            "kept run", 5, good.runs(folder)[1], (raw, spoil.run_content), PLAIN,
            "a.run", good.read_kept,
        ),
        Format("run's journal", 8, good.journals(), text, PLAIN, "a.nnrun", good.read_one_journal),
        Format("xlsx", 5, good.workbooks(folder), boxed, PACKED, "t.xlsx", good.read_any_table),
        Format(
            "parquet", 8, good.parquets(folder), (raw, numbers), PACKED,
            "t.parquet", good.read_any_table,
        ),
        Format(
            "npy", 5, good.arrays(), (raw, numbers, spoil.npy_header), PLAIN,
            "t.npy", good.read_any_table,
        ),
        Format("npz", 4, good.archives(), boxed, PACKED, "t.npz", good.read_any_table),
        Format("npz images", 3, good.image_archives(), boxed, PACKED, "i.npz", good.read_pictures),
        Format("csv", 5, good.texts(), text, PLAIN, "t.csv", good.read_any_table, reads=2),
        Format(
            "idx", 5, good.idx_images(), (raw, spoil.inside_gzip, spoil.idx_header), PACKED,
            "a-images-idx3-ubyte", good.read_pictures, {"a-labels-idx1-ubyte": good.idx_labels()},
        ),
        Format(
            "picture", 8, pictures, (raw, numbers, spoil.inside_png), PACKED,
            "one/a.png", good.read_folder, good.beside(pictures),
        ),
    ]  # fmt: skip
    return {each.name: each for each in found}
