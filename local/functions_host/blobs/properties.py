"""`Properties` of a blob as its function sees them: those of the .NET SDK, written as JSON."""

from base64 import b64encode
from datetime import datetime
from typing import Any

from azure.storage.blob import BlobProperties

_NEVER = "0001-01-01T00:00:00+00:00"
# Enumerations of the SDK, which stand there as numbers.
_BLOB_TYPES = ["BlockBlob", "PageBlob", "AppendBlob"]
_COPY = ["pending", "success", "aborted", "failed"]
_LEASE_DURATIONS = ["infinite", "fixed"]
_LEASE_STATES = ["available", "leased", "expired", "breaking", "broken"]
_LEASE_STATUSES = ["locked", "unlocked"]


def describe(blob: BlobProperties) -> dict[str, Any]:
    """All 45 of them; what Azurite and Python's SDK do not know has the SDK's default."""
    content, copy, lease = blob.content_settings, blob.copy, blob.lease
    md5 = content.content_md5
    return {
        "LastModified": _time(blob.last_modified),
        "CreatedOn": _time(blob.creation_time),
        "Metadata": blob.metadata or {},
        "ObjectReplicationDestinationPolicyId": None,
        "ObjectReplicationSourceProperties": None,
        "BlobType": _number(_BLOB_TYPES, blob.blob_type),
        "CopyCompletedOn": _time(copy.completion_time),
        "CopyStatusDescription": copy.status_description,
        "CopyId": copy.id,
        "CopyProgress": copy.progress,
        "CopySource": copy.source,
        "CopyStatus": _number(_COPY, copy.status),
        "BlobCopyStatus": _number(_COPY, copy.status) if copy.status else None,
        "IsIncrementalCopy": bool(copy.incremental_copy),
        "DestinationSnapshot": copy.destination_snapshot,
        "LeaseDuration": _number(_LEASE_DURATIONS, lease.duration),
        "LeaseState": _number(_LEASE_STATES, lease.state),
        "LeaseStatus": _number(_LEASE_STATUSES, lease.status),
        "ContentLength": blob.size,
        "ContentType": content.content_type,
        "ETag": {},
        "ContentHash": b64encode(bytes(md5)).decode() if md5 else None,
        "ContentEncoding": content.content_encoding,
        "ContentDisposition": content.content_disposition,
        "ContentLanguage": content.content_language,
        "CacheControl": content.cache_control,
        "BlobSequenceNumber": blob.page_blob_sequence_number or 0,
        "AcceptRanges": "bytes",
        "BlobCommittedBlockCount": blob.append_blob_committed_block_count or 0,
        "IsServerEncrypted": bool(blob.server_encrypted),
        "EncryptionKeySha256": blob.encryption_key_sha256,
        "EncryptionScope": blob.encryption_scope,
        "AccessTier": blob.blob_tier,
        "AccessTierInferred": bool(blob.blob_tier_inferred),
        "ArchiveStatus": blob.archive_status,
        "AccessTierChangedOn": _time(blob.blob_tier_change_time),
        "VersionId": blob.version_id,
        "IsLatestVersion": bool(blob.is_current_version),
        "TagCount": blob.tag_count or 0,
        "ExpiresOn": _NEVER,
        "IsSealed": bool(blob.is_append_blob_sealed),
        "RehydratePriority": blob.rehydrate_priority,
        "LastAccessed": _time(blob.last_accessed_on),
        "ImmutabilityPolicy": {"ExpiresOn": None, "PolicyMode": None},
        "HasLegalHold": bool(blob.has_legal_hold),
    }


def _time(when: datetime | None) -> str:
    return when.isoformat() if when else _NEVER


def _number(names: list[str], value: Any) -> int:
    """The place of a value in its enumeration; the first one where there is none."""
    name = str(getattr(value, "value", value))
    return names.index(name) if name in names else 0
