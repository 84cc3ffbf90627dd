#!/usr/bin/env bash
# Builds once, runs the three layers of tests, and ends with one line: "N passed, N failed, N skipped".
# Fails on a failed test, on a layer without tests, and on a test host that ends without a result.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

layers=(UnitTests ComponentTests EndToEndTests)

# Independent programs that the tests compare with, called as /usr/bin/python3: another python3 on PATH would lack
# these packages. A test that finds one absent fails.
peers=(python3-numpy python3-scipy python3-pil mbpoll python3-pymodbus python3-serial python3-serial-asyncio)

# Longer than any layer may take: a hung host counts as a crashed one.
layer_limit=25m

install_peers() {
  local missing=() package
  for package in "${peers[@]}"; do
    if [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>&1)" != installed ]]; then
      missing+=("$package")
    fi
  done
  if ((${#missing[@]} == 0)); then
    return
  fi

  local as_root=()
  if ((EUID != 0)); then
    as_root=(sudo)
  fi
  echo "Installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  if ! { "${as_root[@]}" apt-get -qq update && "${as_root[@]}" apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null; }; then
    echo "error: the tests need these Debian packages, which could not be installed: ${missing[*]}" >&2
    exit 1
  fi
}

# Prints "passed failed skipped" of one layer's result file; fails when there is none or when it is cut short.
read_counts() {
  /usr/bin/python3 - "$1" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree

try:
    assemblies = tree.parse(sys.argv[1]).getroot().findall("assembly")
    count = lambda name: sum(int(a.get(name)) for a in assemblies)
    print(count("passed"), count("failed") + count("errors"), count("skipped"))
except (OSError, tree.ParseError, TypeError) as reason:
    sys.exit(f"no usable result: {reason}")
PYTHON
}

passed=0
failed=0
skipped=0

# Runs one layer and adds its counts; whatever goes wrong with the layer itself counts as one more failure.
run_layer() {
  local project="MpcgLine.$1" code=0 counts layer_passed layer_failed layer_skipped
  local result="artifacts/tests/$project.xml"
  echo "== $project"
  timeout --foreground --kill-after=30s "$layer_limit" "tests/$project/bin/Release/net10.0/$project" \
    -noColor -noLogo -result-xml "$result" || code=$?

  if ! counts="$(read_counts "$result")"; then
    echo "error: $project ended with code $code and left no result" >&2
    failed=$((failed + 1))
    return
  fi

  read -r layer_passed layer_failed layer_skipped <<<"$counts"
  if ((layer_passed + layer_failed + layer_skipped == 0)); then
    echo "error: $project ran no test" >&2
    layer_failed=1
  elif ((code != 0 && layer_failed == 0)); then
    echo "error: $project ended with code $code though no test failed" >&2
    layer_failed=1
  fi
  passed=$((passed + layer_passed))
  failed=$((failed + layer_failed))
  skipped=$((skipped + layer_skipped))
}

install_peers
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build MpcgLine.sln --configuration Release --verbosity quiet

rm -rf artifacts/tests
mkdir -p artifacts/tests
for layer in "${layers[@]}"; do
  run_layer "$layer"
done

echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0))
