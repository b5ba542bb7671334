#!/usr/bin/env python3
"""Has NumPy load what `rlbench data export` writes, and keeps the digests of the archives that it found to be right in
files/exports.sha256; test_archive.c compares with those.

Run with NumPy 2.4.6, Python 3.11:  python3 tests/data/check_export.py build/rlbench
"""
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import numpy as np

program, here = sys.argv[1], pathlib.Path(__file__).parent / "files"
options = {"agents": ["--layout", "columns", "--agents", "3"]}
kinds, types = ["none", "discrete", "box", "multi"], ["?", "float32", "int32", "uint8"]
lines = []
for npz in sorted(here.glob("*.npz")):
    with tempfile.TemporaryDirectory() as scratch:
        rlbd, out, packed = f"{scratch}/x.rlbd", f"{scratch}/x.npz", f"{scratch}/y.npz"
        call = lambda *args: subprocess.run([program, "data", *args], check=True, capture_output=True)
        call("import", npz, "--out", rlbd, *options.get(npz.stem, []))
        call("export", rlbd, "--out", out)
        call("export", rlbd, "--out", packed, "--compress")
        for path in (out, packed):
            assert zipfile.ZipFile(path).testzip() is None
            with np.load(path, allow_pickle=False) as z:
                found = {k: z[k] for k in z.files}
            agents, starts, spaces = found.pop("agents"), found.pop("start"), found.pop("spaces")
            text = [f"agents {agents[0]}", "start " + " ".join(map(str, starts))]
            text += [f"{n} {kinds[int(s[0])]} {types[int(s[1])]} {int(s[2])} {int(s[8])}"
                     for n, s in zip(("obs", "act", "state"), spaces)]
            text += [f"{k} {a.dtype} {','.join(map(str, a.shape))} {hashlib.sha256(a.tobytes()).hexdigest()}"
                     for k, a in found.items()]
            assert all(a.flags.c_contiguous for a in found.values())
            assert "\n".join(text) + "\n" == (here / f"{npz.stem}.expected").read_text(), npz
        lines.append(f"{hashlib.sha256(pathlib.Path(out).read_bytes()).hexdigest()}  {npz.name}")
(here / "exports.sha256").write_text("\n".join(lines) + "\n")
print("\n".join(lines))
