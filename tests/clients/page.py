"""Follows docs/verify.md word for word: the blocks for curl, OpenSSL and Python, against a running server.

    python tests/clients/page.py http://127.0.0.1:8080 PUBLICATION

The blocks that call `parindex` are run by the tests of the service itself.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import jwt

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "verify.md"


def blocks():
    """The page's blocks that need no parindex: download, OpenSSL, Python."""
    found = re.findall(r"```(sh|python)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [block for block in found if "parindex publication" not in block[1]]


def run(block, folder, settings):
    kind, text = block
    command = ["sh", "-euc", text] if kind == "sh" else [sys.executable, "-c", text]
    return subprocess.run(command, cwd=folder, env=os.environ | settings, capture_output=True, text=True)


def page_is_followed(server, publication):
    """Verifies a publication as the page says, and finds a changed document and a changed signature."""
    download, with_openssl, with_python = blocks()
    with tempfile.TemporaryDirectory(prefix="page-") as name:
        folder = pathlib.Path(name)
        document, signature = folder / "publication.json", folder / "signature.json"

        def expect(good, what):
            for block in (with_openssl, with_python):
                ended = run(block, folder, {})
                said = ended.stdout + ended.stderr
                if (ended.returncode == 0 and f"verified {publication}" in said) != good:
                    sys.exit(f"FAILED: docs/verify.md, {block[0]}, {what}: {said}")

        ended = run(download, folder, {"SERVER": server, "ID": publication})
        if ended.returncode:
            sys.exit(f"FAILED: docs/verify.md, download: {ended.stderr}")
        expect(True, "what was published")
        true = document.read_bytes()
        document.write_bytes(true.replace(b'"place":1,', b'"place":2,', 1))
        expect(False, "a changed place")
        document.write_bytes(true)
        jws = json.loads(signature.read_text())["jws"]
        head, made = jws.rsplit(".", 1)
        signature.write_text(json.dumps({"jws": f"{head}.{made[:9]}{'A' if made[9] != 'A' else 'B'}{made[10:]}"},
                                        separators=(",", ":")))
        expect(False, "a changed signature")
        keys = json.loads((folder / "keys.json").read_text())["keys"]
        kid = jwt.get_unverified_header(jws)["kid"]
        (key,) = [key for key in keys if key["kid"] == kid]
        said = json.loads(jwt.api_jws.decode(jws, jwt.PyJWK(key), algorithms=["EdDSA"]))
        if said["publication"] != publication:
            sys.exit(f"FAILED: PyJWT reads {said}")


if __name__ == "__main__":
    page_is_followed(sys.argv[1], sys.argv[2])
    print("the page is true")
