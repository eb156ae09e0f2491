"""`python -m bench`: every benchmark, one after the other."""

from bench import chat, chat_bodies, chat_engine, cold_start, host, validation, validation_overlap

if __name__ == "__main__":
    validation.main()
    validation_overlap.main()
    chat.main([])
    chat_bodies.main([])
    chat_engine.main([])
    cold_start.main()
    host.main()
