"""S3's listing of all versions, as the sweeper reads it: one method, one call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from functions import keys
from functions.store.sweeps import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One version of an object, or a delete marker."""

    key: str
    version_id: str
    marker: bool
    latest: bool
    modified: int
    """Epoch milliseconds, to the second."""


class Listing:
    """Versions in the documents bucket. `client` is boto3's S3 client."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def of(self, key: str) -> list[Listed]:
        """Return the newest versions of one object, at most 1,000, markers among them."""
        answer = self._client.list_object_versions(Bucket=self._bucket, Prefix=key)
        return [row for row in _rows(answer) if row.key == key]

    def page(self, after: Place) -> tuple[list[Listed], Place | None]:
        """Return up to 1,000 versions of all documents, and the place after which there are more, if there are."""
        place = {"KeyMarker": after.key, "VersionIdMarker": after.version_id}
        answer = self._client.list_object_versions(
            Bucket=self._bucket, Prefix=keys.OBJECTS, **{name: text for name, text in place.items() if text}
        )
        more = None
        if answer.get("IsTruncated"):
            more = Place(key=answer["NextKeyMarker"], version_id=answer.get("NextVersionIdMarker", ""))
        return list(_rows(answer)), more

    def abort(self, key: str, upload_id: str) -> None:
        """End a multipart upload and drop its parts; one that is not there any more is ended already."""
        try:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchUpload":
                raise


def _rows(answer: Mapping[str, Any]) -> Iterator[Listed]:
    for kind in ("Versions", "DeleteMarkers"):
        for row in answer.get(kind, ()):
            yield Listed(
                key=row["Key"],
                version_id=row["VersionId"],
                marker=kind == "DeleteMarkers",
                latest=row["IsLatest"],
                modified=int(row["LastModified"].timestamp() * 1000),
            )
