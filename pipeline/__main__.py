"""`python -m pipeline`: the console command, for machines without make."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
