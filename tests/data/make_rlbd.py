#!/usr/bin/env python3
"""Writes files/tiny.rlbd from the description in rlbench-dataset(5), without any code of rlbench.

Made with Python 3.11 (struct and hashlib alone):  python3 tests/data/make_rlbd.py
Two agents, five rows, two episodes of three and two rows. test_dataset.c reads it, and writes the same bytes.
"""
import hashlib
import math
import pathlib
import struct

F32, I32, U8, F64 = 1, 2, 3, 4
NONE, DISCRETE, BOX = 0, 1, 2


def space(kind=NONE, dtype=0, width=0, shape=(), n=0, low=0.0, high=0.0):
    return struct.pack("<IIII4Iqdd", kind, dtype, width, len(shape), *(list(shape) + [0] * (4 - len(shape))), n, low, high)


def pad(b):
    return b + bytes(-len(b) % 64)


rows, agents, starts = 5, 2, [0, 3, 5]
columns = [  # name, type, per agent, shape, data
    ("obs", F32, 1, (3,), struct.pack("<30f", *[0.25 * i for i in range(30)])),
    ("actions", I32, 1, (), struct.pack("<10i", *[i * 7 % 4 for i in range(10)])),
    ("rewards", F32, 1, (), struct.pack("<10f", *[-1.5 + i for i in range(10)])),
    ("terminated", U8, 0, (), bytes([0, 1, 0, 0, 0])),
    ("infos/qpos", F64, 0, (2, 2), struct.pack("<20d", *[math.pi * i for i in range(20)])),
]
sizes = {F32: 4, I32: 4, U8: 1, F64: 8}

table, body = b"", pad(struct.pack("<3Q", *starts))
head_bytes = len(pad(bytes(264 + 96 * len(columns))))
for name, dtype, per_agent, shape, data in columns:
    row_bytes = sizes[dtype] * math.prod(shape) * (agents if per_agent else 1)
    assert len(data) == rows * row_bytes
    table += struct.pack("<48sIIII4IQQ", name.encode(), dtype, per_agent, len(shape), 0,
                         *(list(shape) + [0] * (4 - len(shape))), row_bytes, head_bytes + len(body))
    body += pad(data)

hashed = struct.pack("<QQIIQ", rows, len(starts) - 1, agents, len(columns), 0)
hashed += space(BOX, F32, 3, (3,), low=-math.inf, high=math.inf) + space(DISCRETE, I32, 1, n=4) + space()
hashed += table
hashed += bytes(head_bytes - 64 - len(hashed)) + body
texts = b"".join(t.encode() + b"\0" for t in ["tiny", "collector", "make_rlbd.py", "seed", "7"])
data_end = 64 + len(hashed)
head = struct.pack("<8sIIQQ32s", b"\x89RLBD\r\n\x1a", 1, head_bytes, data_end, data_end + len(texts),
                   hashlib.sha256(hashed).digest())
out = pathlib.Path(__file__).parent / "files" / "tiny.rlbd"
out.write_bytes(head + hashed + texts)
print(out, len(head + hashed + texts), hashlib.sha256(hashed).hexdigest())
