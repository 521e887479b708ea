"""Run the `kg` command without its console script: `python -m kg`."""

from kg.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
