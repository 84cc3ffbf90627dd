#!/usr/bin/env python3
"""Reads or writes a safetensors file, written from the format's specification and nothing else.

read FILE   prints {name: {"dtype", "shape", "values"}} as JSON
write FILE  writes the tensors given as JSON on standard input in the same form
"""
import json
import struct
import sys

FORMATS = {"F16": "e", "F32": "f"}


def read(path):
    content = open(path, "rb").read()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8:8 + length])
    values = content[8 + length:]
    tensors = {}
    covered = 0
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        code = FORMATS[entry["dtype"]]
        count = (end - begin) // struct.calcsize(code)
        expected = 1
        for size in entry["shape"]:
            expected *= size
        assert count == expected, name
        covered += end - begin
        tensors[name] = {"dtype": entry["dtype"], "shape": entry["shape"],
                         "values": struct.unpack_from(f"<{count}{code}", values, begin)}
    assert covered == len(values), "the specification allows no holes"
    return tensors


def write(path, tensors):
    header, blobs, offset = {"__metadata__": {"writer": "peer"}}, [], 0
    for name, tensor in tensors.items():
        code = FORMATS[tensor["dtype"]]
        blob = struct.pack(f"<{len(tensor['values'])}{code}", *tensor["values"])
        header[name] = {"dtype": tensor["dtype"], "shape": tensor["shape"], "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


if sys.argv[1] == "read":
    print(json.dumps(read(sys.argv[2])))
else:
    write(sys.argv[2], json.load(sys.stdin))
