"""Tables on a real Azurite."""

from shared.clients.storage import table


def test_table_is_made_and_works() -> None:
    """A table that nobody made can be written and read."""
    models = table("models")

    models.create_entity({"PartitionKey": "brolly", "RowKey": "@", "phase": "serving"})

    assert models.get_entity("brolly", "@")["phase"] == "serving"


def test_table_is_one_object_per_process() -> None:
    """Asking again gives the same client, without another request."""
    assert table("models") is table("models")


def test_table_that_exists_is_taken() -> None:
    """A table with rows in it keeps them when another process asks for it first."""
    from shared.clients.storage import tables

    table("models").create_entity({"PartitionKey": "p", "RowKey": "r"})
    tables._table.cache_clear()

    assert table("models").get_entity("p", "r")["RowKey"] == "r"
