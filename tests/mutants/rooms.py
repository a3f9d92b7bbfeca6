"""Writes a crate of the pure rooms of the service: what they need of others is copied without the database's part of it."""

import pathlib, re, shutil, sys

SOURCE = pathlib.Path("src")
PLACE = pathlib.Path(sys.argv[1])
# What the crate is not made of: everything that reaches the database, the network, the clock.
NEEDED = ["chrono", "chrono-tz", "ipnet", "serde", "serde_json", "serde_json_canonicalizer", "serde_path_to_error", "sha2",
          "thiserror", "tracing", "utoipa", "uuid"]
NEEDED_BY_TESTS = ["num-bigint", "num-rational", "num-traits", "proptest"]


def block_end(text, at):
    """Where the block that opens at or after a place ends."""
    depth = 0
    for place in range(text.index("{", at), len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    raise ValueError("a block without an end")


def without_database(text):
    for start in (r"impl<DB: diesel::backend::Backend>", r"impl From<diesel::result::Error>"):
        while found := re.search(start, text):
            text = text[:found.start()] + text[block_end(text, found.start()):]
    text = re.sub(r",?\s*diesel::expression::AsExpression,\s*diesel::deserialize::FromSqlRow,?", "", text)
    text = re.sub(r"\n\s*\$crate::text_enum!\(\$name\);", "", text)
    return re.sub(r"\n\s*#\[diesel\([^\n]*\)\]", "", text)


def read(name):
    return (SOURCE / name).read_text()


def write(name, text):
    file = PLACE / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def line_of(name):
    """A dependency as the service has it."""
    return next(line for line in pathlib.Path("Cargo.toml").read_text().splitlines() if line.startswith(f"{name} = "))


def manifest():
    lines = ["[package]", 'name = "rooms"', 'version = "0.0.0"', 'edition = "2024"', "publish = false", "[workspace]",
             "[dependencies]", *map(line_of, NEEDED), "[dev-dependencies]", *map(line_of, NEEDED_BY_TESTS),
             "[profile.dev]", "debug = false", ""]
    return "\n".join(lines)


def keys():
    """An API key as the permission function sees it."""
    text = read("access/keys.rs")
    shape = text[text.index("words! {"):text.index("impl ApiKey {")]
    rules = text[text.index("impl ApiKey {"):block_end(text, text.index("impl ApiKey {"))]
    uses = ("use std::{net::IpAddr, num::NonZeroU32};\nuse chrono::NaiveDate;\nuse ipnet::IpNet;\n"
            "use crate::{clock::Moment, error::{AppError, AppResult, ErrorCode}, ids::ApiKeyId, words};\n")
    return uses + shape + rules


shutil.rmtree(PLACE, ignore_errors=True)
write("Cargo.toml", manifest())
write("Cargo.lock", pathlib.Path("Cargo.lock").read_text())
shutil.copytree(SOURCE / "scoring", PLACE / "src/scoring")
shutil.copytree(SOURCE / "access/permission", PLACE / "src/access/permission")
for name in ("permission.rs", "oversight.rs", "collecting.rs", "principal.rs", "tests.rs"):
    write(f"src/access/{name}", read(f"access/{name}"))
for name in ("ids.rs", "error.rs", "clock.rs", "clock/zone.rs"):
    write(f"src/{name}", without_database(read(name)))
write("src/access/keys.rs", keys())
rooms = ["collecting", "keys", "oversight", "permission", "principal"]
write("src/access/mod.rs", "".join(f"mod {room};\npub use {room}::*;\n" for room in rooms) + "#[cfg(test)]\nmod tests;\n")
words = re.search(r"macro_rules! words \{.*?\n\}\n", read("db/types.rs"), re.S).group(0)
write("src/lib.rs", "#![allow(dead_code, unused_imports)]\n#[macro_export]\n" + without_database(words)
      + "".join(f"pub mod {room};\n" for room in ("access", "clock", "error", "ids", "scoring")))
