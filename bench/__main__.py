"""`python -m bench`: every benchmark, one after the other."""

from bench import chat, host, validation, validation_overlap

if __name__ == "__main__":
    validation.main()
    validation_overlap.main()
    chat.main([])
    host.main()
