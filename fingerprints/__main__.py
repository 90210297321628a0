"""python -m fingerprints: the command samehand."""

from fingerprints.cli import main

if __name__ == "__main__":
    main()
