"""`python -m kg`: the `kg` command without its script."""

from kg.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
