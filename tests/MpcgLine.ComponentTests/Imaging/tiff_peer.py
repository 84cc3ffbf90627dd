"""Writes images with Debian's Pillow (libtiff) and by hand, and prints for each file the gray levels to expect."""
import base64, json, struct, sys, zlib
import numpy as np
from PIL import Image

folder = sys.argv[1]
random = np.random.default_rng(4)
height, width = 70, 45
smooth = (np.add.outer(np.arange(height) * 3, np.arange(width) * 2) % 256).astype(np.uint8)
noise = random.integers(0, 256, (height, width), dtype=np.uint8)
deep = random.integers(0, 65536, (height, width)).astype(np.uint16)
colour = np.stack([noise, smooth, 255 - smooth], axis=2)
deep_colour = random.integers(0, 65536, (height, width, 3)).astype(np.uint16)
expected = {}


def luma(rgb):
    r, g, b = (rgb[..., i].astype(np.int64) for i in range(3))
    return (299 * r + 587 * g + 114 * b + 500) // 1000


def to_eight(levels):
    return (levels >> 8).astype(np.uint8)


def put(name, image, gray, **options):
    image.save(f"{folder}/{name}", **options)
    expected[name] = base64.b64encode(np.ascontiguousarray(gray, dtype=np.uint8).tobytes()).decode()


def png16(name, pixels, gray):
    colour_type = 2 if pixels.ndim == 3 else 0
    rows = pixels.astype(">u2").tobytes()
    step = len(rows) // height
    packed = zlib.compress(b"".join(b"\0" + rows[i * step:(i + 1) * step] for i in range(height)))
    with open(f"{folder}/{name}", "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for kind, content in ((b"IHDR", struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)), (b"IDAT", packed), (b"IEND", b"")):
            file.write(struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content)))
    expected[name] = base64.b64encode(gray.astype(np.uint8).tobytes()).decode()


for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits"):
    put(f"gray8-{compression}.tif", Image.fromarray(noise), noise, compression=compression)
    put(f"gray16-{compression}.tif", Image.fromarray(deep), to_eight(deep), compression=compression)
    put(f"rgb8-{compression}.tif", Image.fromarray(colour), luma(colour), compression=compression)
put("gray8-jpeg.tif", Image.fromarray(smooth), smooth, compression="jpeg", quality=100)
put("rgba8.tif", Image.fromarray(np.dstack([colour, noise]), "RGBA"), luma(colour))
put("bit-group4.tif", Image.fromarray(noise > 127), np.where(noise > 127, 255, 0), compression="group4")
png16("gray16.png", deep, to_eight(deep))
png16("rgb16.png", deep_colour, to_eight(luma(deep_colour)))
print(json.dumps({"width": width, "height": height, "files": expected}))
