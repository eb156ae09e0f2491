"""`python -m bench`: every benchmark, one after the other."""

from bench import host, validation, validation_overlap

if __name__ == "__main__":
    validation.main()
    validation_overlap.main()
    host.main()
