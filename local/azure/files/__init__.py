"""Files: upload, processing, list, contents, delete, import and multipart uploads."""
