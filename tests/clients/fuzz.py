#!/usr/bin/env python3
"""Sends the service what its own description allows, and what it forbids, and looks whether each answer keeps to the description.

    fuzz.py ADDRESS DESCRIPTION SECONDS PERSON=TOKEN ...

For each person, for so many seconds: schemathesis makes requests from the description, with a seed, so that the same ones come again,
and checks every answer: none is a fault of the service, none is undescribed, none breaks its schema, nothing that the
description forbids is accepted, nobody who may not gets in. Exits with 1 if something was found, and prints it.
"""

import os, pathlib, re, subprocess, sys, tempfile

# What ends the sessions of the person who asks, so that all that follows would be refused; who has none leaves nothing out.
LEFT_OUT = {"anybody": [], "administrator": [r"/auth/", r"/users/"]}
LEFT_OUT_BY_OTHERS = [r"/auth/"]
# What a body means stands in rules that no schema tells: it may fit its schema and be refused.
UNCHECKED = "positive_data_acceptance"


def look(address, description, seconds, name, token, folder):
    program = pathlib.Path(sys.executable).with_name("schemathesis")
    command = [program, "run", description, "--url", address, "--checks", "all", "--exclude-checks", UNCHECKED,
               "--phases", "examples,coverage,fuzzing", "--max-examples", "3", "--seed", "1", "--max-time", seconds,
               "--continue-on-failure", "--suppress-health-check", "all",
               "--warnings", "off"]
    for path in LEFT_OUT.get(name, LEFT_OUT_BY_OTHERS):
        command += ["--exclude-path-regex", path]
    if token:
        command += ["--header", f"Authorization: Bearer {token}"]
    ran = subprocess.run(command, cwd=folder, env={**os.environ, "NO_COLOR": "1"}, capture_output=True, text=True)
    cases = re.search(r"(\d+) generated", ran.stdout)
    # What it can't write (signatures, workbooks) is not a fault.
    faults = re.search(r"(?s)=+ FAILURES =+\n(.*?)\n=+ SUMMARY", ran.stdout)
    # How many come in the time is the machine's matter; none at all is not.
    if not cases or int(cases.group(1)) == 0:
        return 0, f"{ran.stdout}\n{ran.stderr}"
    return int(cases.group(1)), faults and faults.group(1)


def main():
    address, description, seconds, *people = sys.argv[1:]
    found = False
    with tempfile.TemporaryDirectory() as folder:
        for person in people:
            name, _, token = person.partition("=")
            cases, faults = look(address, os.path.abspath(description), seconds, name, token, folder)
            print(f"{name}: {cases} requests, {'FAULTS:' if faults else 'no fault'}", flush=True)
            if faults:
                print(faults, flush=True)
                found = True
    if found:
        sys.exit(1)
    print("every answer keeps to the description")


main()
