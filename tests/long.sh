#!/usr/bin/env bash
# Checks that take too long for every run of the tests. Each exits 0 only where its lines hold.
#
#   tests/long.sh big-panel [BUNDLE]
#
#     Memory of a production line on the largest panels, 7168 x 14000 px. About 3 minutes on 2 quiet cores, 500 MB of
#     disk in ${TMPDIR:-/tmp}, removed at the end.
#     - `mpcgline run` replays five panels, with the shipped model or BUNDLE and the simulated PLC. It prints the peak
#       resident memory (VmHWM) as each verdict comes. Lines: five verdicts and none NotInspected; the peak below
#       2.5 GB; the peak after five within 100 MB of that after one.
#     - Camera, ring, pipeline and a small network take five such panels in one process, and its live tensors are
#       counted after each. Line: the count is the same after every panel.
#
#   tests/long.sh bench [OPTIONS]
#
#     `mpcgline bench OPTIONS`: what inspection costs, measured in one run beside what it is compared with. Without --model or
#     --device, `mpcgline bench --tune` chooses the arithmetic of a copy of the shipped model first, on 60 clean simulated panels;
#     so it does for soak and scaling. About 4 minutes on 2 quiet cores. Lines: the whole path takes at most 0.15 of the plain
#     float32 network's time; at most a tenth of it is spent beside the networks; at width 1 under `paper` it takes at most 1.35
#     times what the network's arithmetic takes at the processor's peak, and over bytes, where the processor multiplies them, at
#     most 0.65 times. With --device cuda: at most 0.25 ms per tile.
#
#   tests/long.sh soak [DURATION [OPTIONS]]
#
#     `mpcgline bench --soak DURATION OPTIONS`: a production line with a simulated PLC for 20 minutes, or DURATION. Lines, after a
#     warm-up quarter: p99 of the latency, from a panel's last line to its verdict in the PLC's registers, at most twice p50; resident
#     memory grows by at most 8 MiB, the managed heap by at most 1 MiB, live tensors and open handles not at all; no gen2 collection;
#     every panel is inspected, and its verdict acknowledged by the PLC as it was given; no byte is allocated per strip and per cycle
#     of the PLC link, that is, by the whole program in the second half of any panel. The line runs at the rate that the slowest of four stretches
#     sustained, less a reserve of 2.5.
#
#   tests/long.sh scaling [OPTIONS]
#
#     `mpcgline bench --scaling OPTIONS`: panels and panels twice as long. Lines: these take at most 2.2 times the time;
#     resident memory grows by at most 8 MiB.
#
#   tests/long.sh precision [BUNDLE DATA]
#
#     `mpcgline evaluate` as production does, by the bundle's local profile where it has one, and in single precision, over DATA, or
#     with the shipped model, once as it is and once tuned as for bench, over 60 simulated panels, 20 of them clean. About 6 minutes on
#     2 quiet cores. Lines: the calibrated F1 differs by at most 0.005; an image is flagged in one arithmetic alone only where its
#     score lies within 2 % of the threshold, each arithmetic's own. A BUNDLE with a profile is to be calibrated on the images that it
#     was tuned with.
#
#     The last line of these four is the figure and whether it holds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

most_kilobytes=2441406 # 2.5 GB
growth_kilobytes=97656 # 100 MB
panels=5

fail() {
  echo "error: $*" >&2
  exit 1
}

# Writes the configuration of a replay of the folder panels, beside it. The corners are the simulated part's.
write_configuration() {
  cat >line.json <<JSON
{
  "Camera": { "Kind": "Replay", "LinesPerStrip": 512, "Replay": { "Sources": [ "panels" ] } },
  "Inspection": { "Edges": { "Mode": "Contrast", "CornerRadiusPixels": 211 }, "Verdict": { "Deadline": "00:30:00" } },
  "Model": { "Bundle": "$1" },
  "Plc": { "Mode": "Simulated" },
  "Output": { "Folder": "out" }
}
JSON
}

# Replays the panels and prints the peak at each verdict; the last lines are the first and the last peak.
watch_line() {
  local mpcgline="$1" line peak first=0 last=0 count=0 code=0 pid
  coproc LINE { exec "$mpcgline" run --config line.json 2>&1; }
  pid=$LINE_PID
  trap 'kill "$pid" 2>/dev/null || true' EXIT
  while IFS= read -r line <&"${LINE[0]}"; do
    if [[ "$line" =~ \ Panel\ ([0-9]+),\ part\ [0-9]+:\ (Accept|Reject|NotInspected) ]]; then
      peak="$(awk '$1 == "VmHWM:" { print $2 }' "/proc/$pid/status")"
      count=$((count + 1))
      last=$peak
      if ((count == 1)); then
        first=$peak
      fi
      echo "after panel ${BASH_REMATCH[1]} (${BASH_REMATCH[2]}): peak RSS $((peak / 1024)) MiB"
    elif [[ "$line" =~ \ (WRN|ERR|FTL)\  || "$line" == mpcgline:* ]]; then
      echo "$line"
    fi
  done
  wait "$pid" || code=$?
  trap - EXIT
  ((code == 0)) || fail "mpcgline run ended with $code"
  ((count == panels)) || fail "$count verdicts for $panels panels"
  ! grep -q '"verdict":"notInspected"' out/verdicts.jsonl || fail "a panel was not inspected"
  ((last < most_kilobytes)) || fail "the peak of $last kB is not below $most_kilobytes kB"
  ((last - first <= growth_kilobytes)) || fail "the peak grew by $((last - first)) kB; allowed are $growth_kilobytes kB"
  echo "peak RSS after 1 panel $first kB, after $panels panels $last kB"
}

big_panel() {
  local bundle="" folder root="$PWD"
  if (($# > 0)); then
    bundle="$(realpath "$1")"
  fi
  dotnet build MpcgLine.sln --configuration Release --verbosity quiet -nologo
  folder="$(mktemp --directory "${TMPDIR:-/tmp}/mpcgline-big.XXXXXX")"
  # Expanded now: at the exit the variable is gone.
  # shellcheck disable=SC2064
  trap "rm -rf '$folder'" EXIT
  (
    cd "$folder"
    local mpcgline="$root/src/MpcgLine.Service/bin/Release/net10.0/mpcgline"
    "$mpcgline" simulate --out panels --panels "$panels" --clean 2 --width 7168 --length 14000
    write_configuration "$bundle"
    watch_line "$mpcgline"
  )
  "tests/MpcgLine.ComponentTests/bin/Release/net10.0/MpcgLine.ComponentTests" -noColor -noLogo -explicit only \
    -showLiveOutput -method MpcgLine.ComponentTests.BigPanelTests.Inspect_FiveOfTheLargestPanels_LiveTensorsStayFlat |
    tee "$folder/tensors.log"
  grep -q "Total: 1," "$folder/tensors.log" || fail "the live tensors were not counted: no such test"
}

# Copies the shipped model to $1/model, and lets it choose this machine's arithmetic.
tune_shipped_model() {
  "$mpcgline" simulate --out "$1/clean" --panels 60 --clean 60 --seed 424242 >/dev/null
  cp -r configs/models/simulated-glass "$1/model"
  "$mpcgline" bench --tune --model "$1/model" --good "$1/clean"
}

# Runs `mpcgline bench` with the given options, whose last line says whether the figures hold.
measure() {
  local mpcgline="$PWD/src/MpcgLine.Service/bin/Release/net10.0/mpcgline" folder code=0
  dotnet build MpcgLine.sln --configuration Release --verbosity quiet -nologo
  folder="$(mktemp --directory "${TMPDIR:-/tmp}/mpcgline-bench.XXXXXX")"
  # Expanded now: at the exit the variable is gone.
  # shellcheck disable=SC2064
  trap "rm -rf '$folder'" EXIT
  if [[ " $* " != *" --model"* && " $* " != *" --device"* ]]; then
    tune_shipped_model "$folder"
    set -- --model "$folder/model" "$@"
  fi
  "$mpcgline" bench "$@" | tee "$folder/output" || code=$?
  ((code <= 1)) || fail "mpcgline bench ended with $code"
  [[ "$(tail --lines=1 "$folder/output")" == *": holds" ]]
}

# Lays out simulated panels as `evaluate` reads them.
simulate_test_images() {
  local panel name
  "$mpcgline" simulate --out panels --panels 60 --clean 20 --seed 4242 >/dev/null
  mkdir -p data/test/good data/test/defect data/test/masks
  for panel in panels/panel-*[0-9].png; do
    name="$(basename "$panel" .png)"
    if /usr/bin/python3 -c 'import json, sys; sys.exit(not json.load(open(sys.argv[1]))["regions"])' "panels/$name.json"; then
      mv "$panel" "data/test/defect/$name.png"
      mv "panels/$name-mask.png" "data/test/masks/$name.png"
    else
      mv "$panel" "data/test/good/$name.png"
    fi
  done
}

# Compares two evaluations of the same images: the first as production does, the second in single precision.
compare_precisions() {
  /usr/bin/python3 - "$@" <<'PYTHON'
import csv
import json
import sys

evaluations, scores = [], []
for folder in sys.argv[1:3]:
    with open(f"{folder}/evaluation.json", encoding="utf-8") as file:
        evaluations.append(json.load(file))
    with open(f"{folder}/images.csv", encoding="utf-8", newline="") as file:
        scores.append({row["image"]: float(row["score"]) for row in csv.DictReader(file)})
thresholds = [evaluation["thresholdCalibrated"] for evaluation in evaluations]
f1 = [evaluation["f1Calibrated"] or 0 for evaluation in evaluations]
apart = [image for image in scores[0] if (scores[0][image] >= thresholds[0]) != (scores[1][image] >= thresholds[1])]
far = [image for image in apart if abs(scores[1][image] - thresholds[1]) > 0.02 * abs(thresholds[1])]
largest = max(abs(scores[0][image] - scores[1][image]) for image in scores[0])
for image in far:
    print(f"{image}: {scores[0][image]:.3f} and, in single precision, {scores[1][image]:.3f}; thresholds {thresholds[0]:.3f} and {thresholds[1]:.3f}")
holds = abs(f1[0] - f1[1]) <= 0.005 and not far
print(
    f"calibrated F1 {f1[0]:.4f}, in single precision {f1[1]:.4f} (at most 0.005 apart), {len(apart)} of {len(scores[0])} images flagged in one "
    f"alone, {len(far)} of them further than 2 % from the threshold (at most 0), scores at most {largest:.3f} apart: "
    + ("holds" if holds else "does not hold"))
sys.exit(0 if holds else 1)
PYTHON
}

precision() {
  local folder bundle single data mpcgline="$PWD/src/MpcgLine.Service/bin/Release/net10.0/mpcgline"
  (($# == 0 || $# == 2)) || fail "precision takes no argument, or BUNDLE and DATA"
  if (($# == 2)); then
    bundle="$(realpath "$1")"
    single="$bundle"
    data="$(realpath "$2")"
  fi
  dotnet build MpcgLine.sln --configuration Release --verbosity quiet -nologo
  folder="$(mktemp --directory "${TMPDIR:-/tmp}/mpcgline-precision.XXXXXX")"
  # Expanded now: at the exit the variable is gone.
  # shellcheck disable=SC2064
  trap "rm -rf '$folder'" EXIT
  if (($# == 0)); then
    tune_shipped_model "$folder"
    bundle="$folder/model"
    # The same images set both thresholds.
    single="$folder/single"
    cp -r configs/models/simulated-glass "$single"
    "$mpcgline" calibrate --model "$single" --good "$folder/clean"
  fi
  cd "$folder"
  if (($# == 0)); then
    simulate_test_images
    data="$folder/data"
  fi
  "$mpcgline" evaluate --model "$bundle" --data "$data" --out production
  "$mpcgline" evaluate --model "$single" --data "$data" --out in-single --precision float32
  if (($# == 0)); then
    "$mpcgline" evaluate --model "$single" --data "$data" --out untuned
    compare_precisions untuned in-single
  fi
  compare_precisions production in-single
}

case "${1:-}" in
big-panel)
  shift
  big_panel "$@"
  ;;
bench)
  shift
  measure "$@"
  ;;
soak)
  duration="${2:-20m}"
  shift $(($# < 2 ? $# : 2))
  measure --soak "$duration" "$@"
  ;;
scaling)
  shift
  measure --scaling "$@"
  ;;
precision)
  shift
  precision "$@"
  ;;
*)
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
  exit 2
  ;;
esac
