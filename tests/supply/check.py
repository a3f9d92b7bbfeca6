#!/usr/bin/env python3
"""Holds Cargo.lock and the packages' own words against deny.toml: licences, floors, duplicates, sources. Offline.

    python3 tests/supply/check.py           what `cargo deny check bans licenses sources` checks, for every test run
    python3 tests/supply/check.py --sbom    writes the bill of materials (CycloneDX 1.6, JSON) to standard output
"""

import json, pathlib, re, subprocess, sys, tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def packages():
    """What could be part of a build, with all features, for any machine."""
    told = subprocess.run(["cargo", "metadata", "--format-version", "1", "--locked", "--all-features"], cwd=ROOT, check=True,
                          capture_output=True, text=True).stdout
    return json.loads(told)


def locked():
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())
    return {(package["name"], package["version"]): package for package in lock["package"]}


def number(version):
    return tuple(int(part) for part in re.match(r"(\d+)\.(\d+)\.(\d+)", version).groups())


def licence_fits(expression, allowed):
    """Whether an SPDX expression can be met by allowed licences alone. `/` is how `OR` was written earlier."""
    words = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))
    place = 0

    def one():
        nonlocal place
        word = words[place]
        place += 1
        if word == "(":
            held = either()
            place += 1  # the closing one
            return held
        if place + 1 < len(words) + 1 and place < len(words) and words[place] == "WITH":
            word = f"{word} WITH {words[place + 1]}"
            place += 2
        return word in allowed

    def both():
        nonlocal place
        held = one()
        while place < len(words) and words[place] == "AND":
            place += 1
            held = one() and held
        return held

    def either():
        nonlocal place
        held = both()
        while place < len(words) and words[place] == "OR":
            place += 1
            held = both() or held
        return held

    return either()


def faults(rules, metadata):
    lock = locked()
    allowed = set(rules["licenses"]["allow"])
    for package in metadata["packages"]:
        name = f"{package['name']} {package['version']}"
        if package["source"] is None:
            continue
        if not package["source"].startswith("registry+https://github.com/rust-lang/crates.io-index"):
            yield f"{name} comes from {package['source'].split('#')[0]}, not from crates.io"
        if not package["license"] or not licence_fits(package["license"], allowed):
            yield f"{name}: the licence {package['license']!r} is not allowed by deny.toml"
        if (package["name"], package["version"]) not in lock:
            yield f"{name} is not locked"
    for rule in rules["bans"]["deny"]:
        crate, _, bound = rule["crate"].partition("@<")
        for name, version in lock:
            if bound and name == crate and number(version) < number(bound):
                yield f"{name} {version} is below {bound}: {rule['reason']}"
    versions = {}
    for package in metadata["packages"]:
        versions.setdefault(package["name"], set()).add(package["version"])
    twice = {name for name, known in versions.items() if len(known) > 1}
    skipped = {entry["crate"].partition("@")[0] for entry in rules["bans"]["skip"]}
    for name in sorted(twice - skipped):
        yield f"{name} comes in versions {sorted(versions[name])}: let one go, or put it into `skip` of deny.toml"
    for name in sorted(skipped - twice):
        yield f"{name} is in `skip` of deny.toml, and comes in one version only: take it out"


def sbom(metadata):
    """The bill of materials of the program, with what its own features need."""
    lock = locked()
    components = []
    for package in sorted(metadata["packages"], key=lambda package: (package["name"], package["version"])):
        if package["source"] is None:
            continue
        purl = f"pkg:cargo/{package['name']}@{package['version']}"
        component = {"type": "library", "bom-ref": purl, "name": package["name"], "version": package["version"], "purl": purl}
        if package["license"]:
            component["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
        checksum = lock[package["name"], package["version"]].get("checksum")
        if checksum:
            component["hashes"] = [{"alg": "SHA-256", "content": checksum}]
        components.append(component)
    refs = {package["id"]: f"pkg:cargo/{package['name']}@{package['version']}" for package in metadata["packages"]}
    own = next(package for package in metadata["packages"] if package["source"] is None)
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": refs[own["id"]], "name": own["name"], "version": own["version"]}},
        "components": components,
        "dependencies": [{"ref": refs[node["id"]], "dependsOn": sorted(refs[one] for one in node["dependencies"])}
                         for node in sorted(metadata["resolve"]["nodes"], key=lambda node: refs[node["id"]])],
    }


def main():
    metadata = packages()
    if "--sbom" in sys.argv[1:]:
        json.dump(sbom(metadata), sys.stdout, indent=1)
        return
    # A checker that takes everything would pass as well.
    assert licence_fits("(MIT OR GPL-3.0) AND BSD-3-Clause", {"MIT", "BSD-3-Clause"})
    assert not licence_fits("MIT AND GPL-3.0", {"MIT"}) and not licence_fits("GPL-3.0/AGPL-3.0", {"MIT"})
    found = list(faults(tomllib.loads((ROOT / "deny.toml").read_text()), metadata))
    for fault in found:
        print(fault, file=sys.stderr)
    sys.exit(bool(found))


main()
