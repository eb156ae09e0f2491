"""The container `datasets` of a storage account, for tests that drop something into it."""

from azure.storage.blob import BlobBlock, ContainerClient

from tests.dataset import DATASET


class Container:
    """Puts and deletes blobs; it is made when it is first used."""

    def __init__(self, connection: str) -> None:
        self._client = ContainerClient.from_connection_string(connection, "datasets")
        self._client.create_container()

    def put(self, blob: str, data: bytes = DATASET) -> str:
        """Drop a blob; return its ETag without quotes."""
        answer = self._client.upload_blob(blob, data, overwrite=True)
        return str(answer.get_blob_properties().etag).strip('"')

    def put_with_repeats(self, blob: str, piece: bytes, times: int) -> str:
        """Drop a blob that has `piece` so many times, at the cost of one; return its ETag."""
        client = self._client.get_blob_client(blob)
        client.stage_block("piece", piece)
        answer = client.commit_block_list([BlobBlock("piece")] * times)
        return str(answer["etag"]).strip('"')

    def delete(self, blob: str) -> None:
        """Take a blob away."""
        self._client.delete_blob(blob)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()
