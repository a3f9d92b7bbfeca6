"""Runs the faults that are named, or all, and prints a line of figures for each. Called by tests/faults/run."""

import os, sys

import clock, crowd, database, disk, kill, overload, race
from house import Broken, Gone, Server

FAULTS = {"kill": kill.run, "database": database.run, "disk": disk.run, "clock": clock.run, "race": race.run,
          "crowd": crowd.run, "overload": overload.run}


def main():
    failed = False
    for name in sys.argv[1:] or FAULTS:
        try:
            for line in FAULTS[name]():
                print(f"{name:9} {line}", flush=True)
        except (Broken, Gone) as broken:
            failed = True
            print(f"{name:9} BROKEN: {broken}", flush=True)
    for server in Server.all:
        if server.process and server.process.poll() is None:
            server.kill()
    # Submitters of a fault that was broken are still at it.
    sys.stdout.flush()
    os._exit(failed)


main()
