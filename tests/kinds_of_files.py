"""The file formats for figures and for their numbers, and the bytes that a file of each format begins with."""

BEGINNINGS = {
    "png": b"\x89PNG",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    "webp": b"RIFF",
    "tif": b"II*\0",
    "tiff": b"II*\0",
    "svg": b"<?xml",
    "pdf": b"%PDF",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "csv": b"curve,loss,name,delta,target,prediction,value,gradient\n",
    "json": b"{",
    "npz": b"PK",
}
STILL = [form for form in BEGINNINGS if form not in ("jpeg", "tif")]  # each format once: these two are other suffixes
