"""Safetensors files whose header lies, or asks for much; and large files of every format."""

from __future__ import annotations

import json
import struct

from nngui.files.models.safetensors_format import MAX_HEADER_BYTES
from tests.files.models.cases import BAD, BIG, CODE, NOT, ODD, OPENS, Case
from tests.files.models.containers import legacy_file, safetensors_file, torch_file
from tests.files.models.pickles import ordered, storage, tensor

ANY = (BAD, BIG, CODE, NOT, ODD, OPENS)
NUMBERS = struct.pack("<4f", 1, 2, 3, 4)


def safetensors_files(_canary):
    part = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}
    headers = {
        "offsets that overlap": {"a": part, "b": part},
        "offsets with a gap": {"a": part, "b": part | {"data_offsets": [17, 33]}},
        "offsets the wrong way": {"a": part | {"data_offsets": [16, 0]}},
        "negative offsets": {"a": part | {"data_offsets": [-16, 0]}},
        "offsets of floats": {"a": part | {"data_offsets": [0.0, 16.0]}},
        "offsets of 2**64": {"a": part | {"data_offsets": [2**64, 2**64 + 16]}},
        "three offsets": {"a": part | {"data_offsets": [0, 8, 16]}},
        "an unknown dtype": {"a": part | {"dtype": "F4"}},
        "a dtype that is a list": {"a": part | {"dtype": ["F32"]}},
        "a shape that overflows": {"a": part | {"shape": [2**32, 2**32]}},
        "a shape that overflows to 4": {"a": part | {"shape": [2**62, 2**62 + 1]}},
        "a shape of nothing times much": {
            "a": {"dtype": "F32", "shape": [0, 2**47, 2**47], "data_offsets": [0, 0]}},
        "a negative shape": {"a": part | {"shape": [-2, -2]}},
        "a shape of bools": {"a": part | {"shape": [True, 4]}},
        "a shape of floats": {"a": part | {"shape": [2.0, 2]}},
        "a shape that is a number": {"a": part | {"shape": 4}},
        "1,000 dimensions": {"a": part | {"shape": [1] * 1000}},
        "a part that is a list": {"a": [part]},
        "a part with more in it": {"a": part | {"forward": "x"}},
        "a part with less in it": {"a": {"dtype": "F32"}},
        "metadata of numbers": {"__metadata__": {"a": 1}, "a": part},
        "metadata in a list": {"__metadata__": ["a"], "a": part},
        "a wrong sha256": {"__metadata__": {"nngui.sha256": "0" * 64}, "a": part},
        "layers that are no JSON": {"__metadata__": {"nngui.layers": "{"}, "a": part},
        "layers of nesting": {"__metadata__": {"nngui.layers": "[" * 100_000}, "a": part},
        "layers of a long number": {"__metadata__": {"nngui.layers": "9" * 100_000}, "a": part},
        "layers of many dicts, and nothing": {"__metadata__": {
            "nngui.layers": "[" + filled("{},") + "{}]"}},
        "layers and nothing of tensors": {"__metadata__": {"nngui.layers": json.dumps(
            {"kind": "Linear", "options": {"in_features": 10**12, "out_features": 10**12,
                                           "bias": True}})}},
        "layers that are hooks": {"__metadata__": {"nngui.layers": json.dumps(
            {"kind": "ReLU", "options": {"forward": "os.system"}})}},
        "a layer that is a list": {"__metadata__": {"nngui.layers": '{"kind": []}'}},
        "a tensor with a surrogate": {"\ud800": part},
        "a layer with a surrogate": {"__metadata__": {"nngui.layers": '{"kind": "\\ud800"}'}},
        "a name of many numbers": {filled("a1") + ".w": part},
        "a name of dots": {filled("."): part},
        "no tensors": {},
        "nothing but metadata": {"__metadata__": {"a": "b"}},
    }  # fmt: skip
    for name in ("training", "", "__class__", "\0", "a..b", "x\n", "\u0661"):
        headers[f"a tensor named {name!r}"] = {name: part}
    files = {
        name: safetensors_file(header, b"" if "nothing" in name or not header else NUMBERS)
        for name, header in headers.items()
    }
    files |= odd_headers()
    return [Case(f"safetensors: {name}", data, ANY) for name, data in files.items()]


def filled(piece):
    """Return a text or bytes as long as a header may be, with some space left for the rest."""
    return piece * ((MAX_HEADER_BYTES - 1000) // len(piece))


def odd_headers():
    good = json.dumps({"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
    many = {f"t{n}": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for n in range(40_000)}
    files = {
        "a length of 2**63": safetensors_file(good, NUMBERS, length=2**63),
        "a length of 2**64 - 1": safetensors_file(good, NUMBERS, length=2**64 - 1),
        "a length of 0": safetensors_file(good, NUMBERS, length=0),
        "a length too long": safetensors_file(good, NUMBERS, length=len(good) + 1),
        "a length too short": safetensors_file(good, NUMBERS, length=len(good) - 1),
        "a length of the file": safetensors_file(good, NUMBERS, length=len(good) + 24),
        "nesting": safetensors_file(filled(b'{"a":')),
        "nested lists": safetensors_file(b'{"a":' + filled(b"[")),
        "names twice": safetensors_file(good[:-1] + b"," + good[1:], NUMBERS),
        "metadata twice": safetensors_file(
            b'{"__metadata__":{},"__metadata__":{},' + good[1:], NUMBERS
        ),
        "not UTF-8": safetensors_file(b'{"\xff":1}'),
        "UTF-16": safetensors_file("{}".encode("utf-16")),
        "NaN": safetensors_file(b'{"a": NaN}'),
        "a long number": safetensors_file(b'{"a":' + filled(b"9") + b"}"),
        "a number with an exponent": safetensors_file(b'{"a":1e999999999}'),
        "empty lists": safetensors_file(b'{"a":[' + filled(b"[],") + b"[]]}"),
        "empty dicts": safetensors_file(b'{"a":[' + filled(b"{},") + b"{}]}"),
        "many floats": safetensors_file(b'{"a":[' + filled(b"1.5,") + b"1]}"),
        "many texts": safetensors_file(
            b'{"a":[' + b",".join(b'"%x"' % n for n in range(MAX_HEADER_BYTES // 9)) + b"]}"
        ),
        "40,000 tensors": safetensors_file(many),
        "3,999 tensors": safetensors_file(dict(list(many.items())[:3_999])),
        "numbers too few": safetensors_file(good, NUMBERS[:-1]),
        "numbers too many": safetensors_file(good, NUMBERS + b"x"),
        "a header of 64 MB": safetensors_file(b"{" + b" " * 64_000_000 + b"}"),
        "bytes that are no bools": safetensors_file(
            {"a": {"dtype": "BOOL", "shape": [4], "data_offsets": [0, 4]}}, b"\0\1\2\xff"
        ),
    }
    return {f"header: {name}": data for name, data in files.items()}


# --- Large files ----------------------------------------------------------------------------------


def large_files(_canary):
    """Return files of 96 MB that are as they should be: they may not take twice that."""
    count = 24_000_000
    part = {"dtype": "F32", "shape": [count], "data_offsets": [0, 4 * count]}
    small = {f"t{n}": tensor(storage(numel=250), size=(250,)) for n in range(4_000)}

    def numbers():
        return bytes(4 * count)

    def model(kind, size):
        return ordered({"a": tensor(storage(kind=kind, numel=size), size=(size,))})

    files = {
        "torch": lambda: torch_file(model("FloatStorage", count), {"0": numbers()}),
        "torch, in double": lambda: torch_file(
            model("DoubleStorage", count // 2), {"0": numbers()}
        ),
        "legacy": lambda: legacy_file(model("FloatStorage", count), {"0": (count, numbers())}),
        "safetensors": lambda: safetensors_file({"a": part}, numbers()),
        "many views": torch_file(ordered(small), {"0": bytes(1000)}),
    }
    return [Case(f"large: {name}", data, (BIG, BAD, ODD, OPENS)) for name, data in files.items()]
