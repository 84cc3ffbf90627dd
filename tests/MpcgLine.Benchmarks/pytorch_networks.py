"""Times a bundle's two networks in PyTorch, as one would write them there: float16, channels last, 16 tiles at once, cudnn
choosing its algorithms, normalisation and activation as layers of their own.

Usage: pytorch_networks.py BUNDLE BENCH_JSON [DEVICE]

BENCH_JSON is what `mpcgline bench --json` wrote on the same machine: its whole path must not take longer than the two
networks do here. The last line is the figure; exit code 0 where it holds.
"""
import json
import struct
import sys
import time

import torch

BATCH, WARM_UP, REPEATS = 16, 10, 30


def tensors(path, device, dtype):
    """A safetensors file: 8 bytes of length, a JSON header, values."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        values = file.read()
    types = {"F16": torch.float16, "F32": torch.float32}
    return {
        name: torch.frombuffer(bytearray(values[entry["data_offsets"][0]:entry["data_offsets"][1]]), dtype=types[entry["dtype"]])
        # Normalisation stays in single precision, as PyTorch's own half() models for cudnn do.
        .reshape(entry["shape"]).to(device, torch.float32 if ".norm." in name else dtype)
        for name, entry in header.items() if name != "__metadata__"
    }


def layer(weights, x, name, stride, padding, transposed=False, activated=True):
    weight, bias = weights[f"{name}.weight"], weights.get(f"{name}.bias")
    if transposed:
        x = torch.nn.functional.conv_transpose2d(x, weight, bias, stride, padding, output_padding=stride - 1)
    else:
        x = torch.nn.functional.conv2d(x, weight, bias, stride, padding)
    if f"{name}.norm.mean" in weights:
        x = torch.nn.functional.batch_norm(x, *(weights[f"{name}.norm.{part}"] for part in ("mean", "variance", "gain", "shift")))
    return torch.nn.functional.leaky_relu(x, 0.2) if activated else x


def reconstruction(weights, x):
    """Table 4."""
    x = layer(weights, x, "E_pre", 2, 2)
    for block in range(1, 5):
        x = layer(weights, x, f"ConvBlock{block}.0", 2, 1)
        x = layer(weights, x, f"ConvBlock{block}.1", 1, 1)
    x = layer(weights, x, "E_post", 1, 0, activated=False)
    x = layer(weights, x, "D_pre", 1, 0, transposed=True)
    for block in range(1, 5):
        x = layer(weights, x, f"DeconvBlock{block}.0", 1, 1, transposed=True)
        x = layer(weights, x, f"DeconvBlock{block}.1", 2, 1, transposed=True)
    return layer(weights, x, "D_post", 2, 2, transposed=True, activated=False)


def fusion(weights, x):
    stem = layer(weights, layer(weights, x, "stem.0", 1, 1), "stem.1", 1, 1)
    middle = layer(weights, layer(weights, stem, "middle.0", 2, 1), "middle.1", 1, 1)
    deep = layer(weights, layer(weights, middle, "deep.0", 2, 1), "deep.1", 1, 1)
    up = layer(weights, deep, "middle.up", 2, 1, transposed=True, activated=False) + layer(weights, middle, "middle.skip", 1, 0, activated=False)
    up = layer(weights, up, "middle.merge", 1, 1)
    up = layer(weights, up, "stem.up", 2, 1, transposed=True, activated=False) + layer(weights, stem, "stem.skip", 1, 0, activated=False)
    return layer(weights, layer(weights, up, "stem.merge", 1, 1), "head", 1, 0, activated=False)


def milliseconds_per_tile(run, device):
    def wait():
        if device == "cuda":
            torch.cuda.synchronize()

    for _ in range(WARM_UP):
        run()
    wait()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        run()
        wait()
        times.append(time.perf_counter() - started)
    return sorted(times)[REPEATS // 2] * 1000 / BATCH


def main():
    bundle, bench = sys.argv[1], sys.argv[2]
    device = sys.argv[3] if len(sys.argv) > 3 else "cuda"
    dtype = torch.float16 if device == "cuda" else torch.float32
    torch.backends.cudnn.benchmark = True
    networks = {}
    for name, run, channels, edge in (("reconstruction", reconstruction, 1, 512), ("fusion", fusion, None, 128)):
        weights = {
            key: value.contiguous(memory_format=torch.channels_last) if value.dim() == 4 else value
            for key, value in tensors(f"{bundle}/{name}.safetensors", device, dtype).items()
        }
        channels = channels or weights["stem.0.weight"].shape[1]
        x = torch.rand(BATCH, channels, edge, edge, device=device, dtype=dtype).contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            networks[name] = milliseconds_per_tile(lambda: run(weights, x), device)
        print(f"{name}: {networks[name]:.4f} ms per tile, {dtype}, {BATCH} tiles at once, PyTorch {torch.__version__}")

    with open(bench, encoding="utf-8") as file:
        path = json.load(file)["path"]["model"]["msPerTile"]["median"]
    ratio = path / sum(networks.values())
    print(f"whole path {path:.4f} ms per tile / the networks in PyTorch {ratio:.3f} (at most 1): " + ("holds" if ratio <= 1 else "does not hold"))
    return 0 if ratio <= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
