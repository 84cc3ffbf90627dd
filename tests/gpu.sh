#!/usr/bin/env bash
# Checks a GPU in one call, without .NET and without anything to install: correctness first, then the times.
#
#   tests/gpu.sh PROGRAM [DEVICE]
#
#     PROGRAM is `mpcgline` of a self-contained publish; MPCGLINE_LIBTORCH names the libtorch it is to load, where it has
#     none of its own: with CUDA, 2.10, which TorchSharp's native part is built for, or 2.11; whether it loads another version is
#     what the first step finds out. DEVICE is cuda; with cpu the same steps are rehearsed on a small scale, and no time is
#     judged. The machine's python3 has to have PyTorch.
#
#     - Twelve simulated panels are inspected on the processor in single precision and on DEVICE. Line: the regions are
#       the same, one to one, their centroids within 1 px.
#     - 20 steps of `mpcgline train` on the processor and on DEVICE. Line: the losses differ by at most 1 %.
#     - `mpcgline bench` on DEVICE with panels of 7168 x 14000 px, 16 tiles at once, lines at 50 kHz. Lines: at most 0.25 ms
#       per tile from upload to regions; the verdict at most 50 ms after the last line, p99.
#     - The networks of the bundle in PyTorch. Line: they alone take no less time than our whole path.
#
#     The last line says whether all of it holds, and so does the exit code.
set -euo pipefail

if (($# < 1 || $# > 2)); then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
  exit 2
fi

program="$(realpath "$1")"
device="${2:-cuda}"
scripts="$(realpath "$(dirname "${BASH_SOURCE[0]}")")/MpcgLine.Benchmarks"
bundle="$(dirname "$program")/configs/models/simulated-glass"
holds=1

folder="$(mktemp --directory "${TMPDIR:-/tmp}/mpcgline-gpu.XXXXXX")"
finish() {
  local code=$?
  rm -rf "$folder"
  if ((code == 0)); then
    echo "GPU check on $device: holds"
  else
    echo "GPU check on $device: does not hold"
  fi
}
trap finish EXIT
cd "$folder"

# A time that does not hold: no matter on a processor.
judge() {
  if [[ "$device" == cuda ]]; then
    holds=0
  fi
}

# `inspect` ends with 1 where there are defects.
inspect() {
  local code=0
  "$program" inspect panels --edges contrast --corner-radius "$corner_radius" --out "$1" "${@:2}" >"$1.log" || code=$?
  if ((code > 1)); then
    cat "$1.log"
    exit "$code"
  fi
}

echo "libtorch: ${MPCGLINE_LIBTORCH:-that of the program}"
python3 -c 'import torch; print("PyTorch", torch.__version__, torch.__file__)' || true
if command -v nvidia-smi >/dev/null; then
  nvidia-smi --query-gpu=name,driver_version --format=csv,noheader
fi

echo "== Correctness"
width=2048 length=4096 corner_radius=57.6
"$program" simulate --out panels --panels 12 --clean 3 --width $width --length $length --seed 77 >/dev/null
inspect processor --precision float32
inspect accelerator --device "$device"
python3 "$scripts/compare_defects.py" processor/defects.jsonl accelerator/defects.jsonl || holds=0

echo "== Training"
for where in cpu "$device"; do
  "$program" train --simulated --panels 8 --target 0.2 --steps 20 --device "$where" --out "trained-$where" >train.log || {
    cat train.log
    exit 1
  }
  mv "trained-$where.run/log.csv" "$where.csv"
  rm -rf "trained-$where" "trained-$where.run"
done
python3 - cpu.csv "$device.csv" <<'PYTHON' || holds=0
import csv
import sys

losses = []
for path in sys.argv[1:3]:
    with open(path, encoding="utf-8", newline="") as file:
        losses.append({(row["stage"], row["step"]): float(row["loss"]) for row in csv.DictReader(file)})
largest = max(abs(losses[1][at] / loss - 1) for at, loss in losses[0].items())
holds = losses[0].keys() == losses[1].keys() and largest <= 0.01
print(f"losses of {len(losses[0])} steps at most {largest:.2%} apart (at most 1 %): {'holds' if holds else 'does not hold'}")
sys.exit(0 if holds else 1)
PYTHON

echo "== Times"
large=(--width 7168 --length 14000 --rounds 3 --panels 20 --lines-per-second 50000)
if [[ "$device" == cpu ]]; then
  large=(--rounds 2 --panels 4)
fi
"$program" bench --device "$device" "${large[@]}" --json bench.json
if [[ "$device" == cuda ]]; then
  python3 - bench.json <<'PYTHON' || holds=0
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    bench = json.load(file)
steps = {step: spread["median"] for step, spread in bench["path"]["model"]["steps"].items() if spread["median"] > 0}
print("processor's steps, ms per tile: " + ", ".join(f"{step} {median:.3f}" for step, median in steps.items()))
values = {
    "whole path, ms per tile": (bench["path"]["model"]["msPerTile"]["median"], 0.25),
    "verdict after the last line, p99 ms": (bench["line"]["latencyMs"]["p99"], 50),
    "panels not inspected": (bench["line"]["notInspected"], 0),
}
for name, (value, limit) in values.items():
    print(f"{name} {value:.3f} (at most {limit:g}): {'holds' if value <= limit else 'does not hold'}")
sys.exit(0 if all(value <= limit for value, limit in values.values()) else 1)
PYTHON
fi

echo "== PyTorch"
python3 "$scripts/pytorch_networks.py" "$bundle" bench.json "$device" || judge

((holds == 1))
