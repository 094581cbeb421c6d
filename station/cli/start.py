"""Where the command `station` begins; every process of a device loads this file again.

So it holds nothing: the commands are loaded by the one process that runs them.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line; see `station.cli.main`."""
    from station.cli.main import main as run

    run()
