"""Where documents, envelopes and letters are kept: the names and ARNs that functions are given."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The buckets and tables of a stack.

    Attributes:
        documents_bucket: name of the bucket of users' files.
        artifacts_bucket: name of the bucket of large envelopes.
        documents_table: name of the table of documents.
        dead_letters_table: name of the table of what could not be processed.
        key_arn: the customer's key over all of them; None when AWS' own keys are used.
    """

    documents_bucket: pulumi.Input[str]
    documents_bucket_arn: pulumi.Input[str]
    artifacts_bucket: pulumi.Input[str]
    artifacts_bucket_arn: pulumi.Input[str]
    documents_table: pulumi.Input[str]
    documents_table_arn: pulumi.Input[str]
    dead_letters_table: pulumi.Input[str]
    dead_letters_table_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str] | None = None
