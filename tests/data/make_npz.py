#!/usr/bin/env python3
"""Writes the archives of files/ that test_archive.c imports, and beside each what must come out.

Made with NumPy 2.4.6, Python 3.11:  python3 tests/data/make_npz.py
NAME.npz is imported; NAME.expected has "agents N", "start ...", "obs KIND TYPE WIDTH N" (and act, state), then one
"COLUMN TYPE SHAPE SHA-256" per column, of the bytes in C order; everything computed here, with NumPy alone.
bad/NAME.npz is to be refused; test_archive.c has the sentences.
"""
import hashlib
import io
import pathlib
import struct
import zipfile

import numpy as np

here = pathlib.Path(__file__).parent / "files"
rng = np.random.default_rng(20)


def expect(name, start, columns, spaces, agents=1):
    lines = [f"agents {agents}", "start " + " ".join(map(str, start))]
    lines += [f"{s} {kind} {dtype} {width} {n}" for s, (kind, dtype, width, n) in spaces.items()]
    for column, a in columns.items():
        shape = ",".join(map(str, a.shape))
        lines.append(f"{column} {a.dtype} {shape} {hashlib.sha256(np.ascontiguousarray(a).tobytes()).hexdigest()}")
    (here / f"{name}.expected").write_text("\n".join(lines) + "\n")


def normal(*shape):
    return rng.standard_normal(shape).astype(np.float32)


# ---- OGBench: what data_gen_scripts writes: savez_compressed, float32, terminals bool, button_states int64
def ogbench(name, ends, dtype=np.float32):
    rows = ends[-1] + 1
    obs = rng.standard_normal((rows, 5)).astype(dtype)
    act = normal(rows, 2)
    terminals = np.zeros(rows, bool)
    terminals[ends] = True
    qpos, qvel = normal(rows, 7), normal(rows, 6)
    buttons = rng.integers(0, 2, (rows, 4), dtype=np.int64)
    np.savez_compressed(here / f"{name}.npz", observations=obs, actions=act, terminals=terminals, qpos=qpos, qvel=qvel,
                        button_states=buttons)
    expect(name, [0] + [e + 1 for e in ends],
           {"obs": obs.astype(np.float32), "actions": act, "qpos": qpos, "qvel": qvel, "button_states": buttons},
           {"obs": ("box", "float32", 5, 0), "act": ("box", "float32", 2, 0), "state": ("none", "?", 0, 0)})


ogbench("puzzle-play-v0", [200, 401, 402, 640])  # a trajectory of one row, and one of 238
ogbench("puzzle-play-v0-val", [99], np.float64)  # one trajectory; float64 becomes float32

# images and discrete actions, as powderworld has them
obs = rng.integers(0, 256, (12, 4, 4, 3), dtype=np.uint8)
act = rng.integers(0, 6, (12, 3), dtype=np.int32)
act[0, 0] = 5
ends = np.zeros(12, bool)
ends[[5, 11]] = True
np.savez_compressed(here / "powder.npz", observations=obs, actions=act, terminals=ends)
expect("powder", [0, 6, 12], {"obs": obs, "actions": act},
       {"obs": ("box", "uint8", 48, 0), "act": ("multi", "int32", 3, 6), "state": ("none", "?", 0, 0)})

# ---- D4RL: transitions; terminated, timed out, and one end that nothing marks
lengths = [4, 3, 5, 1]
obs, nxt, final = [], [], []
for n in lengths:
    path = normal(n + 1, 3)
    obs.append(path[:-1])
    nxt.append(path[1:])
    final.append(path)
rows = sum(lengths)
act, reward = normal(rows, 1), rng.standard_normal(rows)
terminals, timeouts = np.zeros(rows, bool), np.zeros(rows, bool)
terminals[3], timeouts[6] = True, True  # the end after row 11 is seen by next_observations alone
qpos = rng.standard_normal((rows, 2))
np.savez(here / "d4rl.npz", **{"observations": np.concatenate(obs), "next_observations": np.concatenate(nxt),
                               "actions": act, "rewards": reward, "terminals": terminals, "timeouts": timeouts,
                               "infos/qpos": qpos, "metadata": np.array(["a", "text"])})


def with_rows(a):
    """A row of zeros behind each trajectory."""
    out, at = [], 0
    for n in lengths:
        out += [a[at:at + n], np.zeros_like(a[:1])]
        at += n
    return np.concatenate(out)


expect("d4rl", np.cumsum([0] + [n + 1 for n in lengths]),
       {"obs": np.concatenate(final), "actions": with_rows(act), "rewards": with_rows(reward.astype(np.float32)),
        "terminated": with_rows(terminals.astype(np.uint8)), "infos/qpos": with_rows(qpos)},
       {"obs": ("box", "float32", 3, 0), "act": ("box", "float32", 1, 0), "state": ("none", "?", 0, 0)})

# ---- columns: agents, masks, a joint state, every type, both orders, starts
rows, agents = 11, 3
obs = rng.standard_normal((rows, agents, 2, 3))  # float64
act = rng.integers(0, 4, (rows, agents), dtype=np.int64)
mask = rng.integers(0, 2, (rows, agents, 5)).astype(bool)  # one choice more than the largest action
alive = rng.integers(0, 2, (rows, agents), dtype=np.int32)
reward = normal(rows, agents, 1)
state = rng.integers(0, 9, (rows, 2), dtype=np.int64)
state[0, 0] = 8
half = rng.standard_normal((rows, 2)).astype(np.float16)
half[0] = [np.inf, 6e-8]  # infinite, and too small to be normal
half[1] = [-np.inf, np.nan]
deep = rng.standard_normal((rows, 2, 3, 4)).astype(np.float32)
start = np.array([0, 1, 5, 11])
np.savez(here / "agents.npz", obs=np.asfortranarray(obs), actions=act, mask=mask, alive=alive, rewards=reward,
         state=np.asfortranarray(state), half=half, deep=np.asfortranarray(deep), flag=mask[:, 0, 0],
         big=act[:, 0] << 40, start=start)
expect("agents", start,
       {"obs": obs.astype(np.float32), "actions": act.astype(np.int32), "mask": mask.astype(np.uint8),
        "alive": alive.astype(np.uint8), "rewards": reward[:, :, 0], "state": state.astype(np.int32),
        "half": half.astype(np.float32), "deep": deep, "flag": mask[:, 0, 0].astype(np.uint8), "big": act[:, 0] << 40},
       {"obs": ("box", "float32", 6, 0), "act": ("discrete", "int32", 1, 5), "state": ("multi", "int32", 2, 9)}, agents)


# ---- heads of .npy: versions 1 to 3, and the spellings of other writers
def npy_v(a, version):
    b = io.BytesIO()
    np.lib.format.write_array(b, a, version=version)
    return b.getvalue()


def npy_head(text, data, version=1):
    head = text.encode() + b"\n"
    size = struct.pack("<H", len(head)) if version == 1 else struct.pack("<I", len(head))
    return b"\x93NUMPY" + bytes([version, 0]) + size + head + data


def archive(path, members, method=zipfile.ZIP_DEFLATED, comment=b""):
    with zipfile.ZipFile(path, "w", method) as z:
        z.comment = comment
        for name, data in members.items():
            z.writestr(zipfile.ZipInfo(name + ".npy", (1980, 1, 1, 0, 0, 0)), data, method)


one, two = np.arange(6, dtype=np.float32).reshape(3, 2), np.arange(3, dtype=np.int32)
flat = one.tobytes()
archive(here / "heads.npz", {
    "v1": npy_v(one, (1, 0)), "v2": npy_v(one, (2, 0)), "v3": npy_v(two, (3, 0)),
    "order": npy_head('{"shape": (3, 2), "fortran_order": False, "descr": "<f4"}', flat),
    "tight": npy_head("{'descr':'<f4','fortran_order':False,'shape':(3,2,),}", flat),
    "python2": npy_head("{'descr': '<f4', 'fortran_order': False, 'shape': (3L, 2L), }   ", flat),
    "fortran": npy_head("{'descr': '=f4', 'fortran_order': True, 'shape': (3, 2), }", one.T.tobytes(), 2),
}, comment=b"PK\x05\x06 a comment that looks like an end")
expect("heads", [0, 3], {"v1": one, "v2": one, "v3": two, "order": one, "tight": one, "python2": one, "fortran": one},
       {s: ("none", "?", 0, 0) for s in ("obs", "act", "state")})

# ---- sizes and offsets of 64 bits, as in archives of more than 4 GiB, in a small one
big = npy_v(one, (1, 0))
wide, crc = 0xFFFFFFFF, zipfile.crc32(big)
extra = struct.pack("<HHQQQ", 1, 24, len(big), len(big), 0)
local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0, 0, 0, 33, crc, wide, wide, 5, 20) + b"x.npy" + struct.pack(
    "<HHQQ", 1, 16, len(big), len(big)) + big
entry = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 0, 0, 33, crc, wide, wide, 5, len(extra), 0, 0, 0, 0,
                    wide) + b"x.npy" + extra
end = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 1, 1, len(entry), len(local))
end += struct.pack("<IIQI", 0x07064B50, 0, len(local) + len(entry), 1)
end += struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, wide, wide, 0)
(here / "zip64.npz").write_bytes(local + entry + end)
assert np.array_equal(np.load(here / "zip64.npz")["x"], one)
expect("zip64", [0, 3], {"x": one}, {s: ("none", "?", 0, 0) for s in ("obs", "act", "state")})


# ---- what is to be refused
bad = here / "bad"
ends = np.array([0, 0, 1], bool)


def refuse(name, method=zipfile.ZIP_STORED, **members):
    archive(bad / f"{name}.npz", {k: v if isinstance(v, bytes) else npy_v(v, None) for k, v in members.items()}, method)


good = {"observations": one, "actions": one, "terminals": ends}
refuse("big-endian", **good | {"observations": one.astype(">f4")})
refuse("uint16", **good | {"observations": one.astype(np.uint16)})
refuse("objects", **good | {"observations": np.array([None] * 3)})
refuse("structured", **good | {"observations": np.zeros(3, [("x", "<f4"), ("y", "<f4")])})
refuse("no-actions", observations=one, terminals=ends)
refuse("short-actions", **good | {"actions": one[:2]})
refuse("terminals-2d", **good | {"terminals": one})
refuse("negative-action", **good | {"actions": np.array([0, -1, 2])})
refuse("large-action", **good | {"actions": np.array([0, 1 << 40, 2])})
refuse("overflow", **good | {"observations": np.array([[0.0], [1e300], [0.0]])})
refuse("empty-axis", **good | {"observations": np.zeros((3, 0), np.float32)})
refuse("no-rows", lonely=np.float64(3))
refuse("start-backwards", obs=one, start=np.array([0, 2, 1, 3]))
refuse("start-beyond", obs=one, start=np.array([0, 2, 4]))
refuse("next-shape", observations=one, next_observations=one[:, :1], actions=one, terminals=ends)
refuse("mask-box", obs=one, actions=one, mask=np.ones((3, 2), bool))
refuse("bzip2", zipfile.ZIP_BZIP2, **good)
refuse("not-npy", **good | {"observations": b"hello, world, this is no array"})
refuse("version-9", **good | {"observations": b"\x93NUMPY\x09\x00" + npy_v(one, (1, 0))[8:]})
refuse("shape-lies", **good | {"observations": npy_head("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 9), }", flat)})
refuse("shape-huge", **good | {"observations": npy_head(
    "{'descr': '<f4', 'fortran_order': False, 'shape': (9000000000000000000, 9000000000000000000), }", flat)})
refuse("shape-number", **good | {"observations": npy_head("{'descr': '<f4', 'fortran_order': False, 'shape': (3, -2), }", flat)})
refuse("nine-axes", **good | {"observations": np.zeros((3,) + (1,) * 8, np.float32)})
refuse("head-cut", **good | {"observations": npy_v(one, (1, 0))[:40]})
refuse("head-key", **good | {"observations": npy_head("{'descr': '<f4', 'order': 1, 'shape': (3, 2), }", flat)})
with zipfile.ZipFile(bad / "twice.npz", "w") as z:
    for _ in range(2):
        z.writestr(zipfile.ZipInfo("observations.npy"), npy_v(one, None))
whole = (here / "puzzle-play-v0-val.npz").read_bytes()
(bad / "cut.npz").write_bytes(whole[:len(whole) // 2])
(bad / "empty.npz").write_bytes(b"")
archive(bad / "crc.npz", {k: npy_v(v, None) for k, v in good.items()}, zipfile.ZIP_STORED)
raw = bytearray((bad / "crc.npz").read_bytes())
raw[raw.index(flat) + 5] ^= 1
(bad / "crc.npz").write_bytes(raw)
archive(bad / "deflate.npz", {"observations": npy_v(np.zeros((3, 4000), np.float32), None), "actions": npy_v(one, None),
                              "terminals": npy_v(ends, None)})
raw = bytearray((bad / "deflate.npz").read_bytes())
raw[80:90] = b"\xff" * 10
(bad / "deflate.npz").write_bytes(raw)
raw = bytearray((bad / "no-actions.npz").read_bytes())
raw[-6:-2] = struct.pack("<I", 1 << 30)
(bad / "directory.npz").write_bytes(raw)
