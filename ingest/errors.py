"""The errors of ingest.

IngestError                 anything ingest cannot do; says what to do
├── SourceError             a source as a whole cannot be read
├── NotAPage                a document that is not a page for us
├── Withdrawn               a page that says of itself that it is no more
├── BadAddress              a text that is no web address of a page
├── OutOfReach              an address that must not be connected to
│   ├── HostNotAllowed      its host is not on the list
│   └── NotPublic           it leads into a private network
├── NotFetched              a document that could not be read this time
├── EmbedderError           text could not be turned into vectors
├── VectorsUnavailable      the vector store cannot be reached or lost something
├── StorageFailed           the database cannot be read or written
├── PolicyError             the policy file is missing or malformed
├── IndexLocked             another process is writing the index
├── EmptyIndex              there is no published version
├── UnknownVersion          no such version
├── UnknownPage             no such page
└── NotPublishable          a version that cannot be published as it is
    └── StaleCandidate      another version has been published since it was built
"""

from __future__ import annotations

from pathlib import Path


class IngestError(Exception):
    """Root of ingest's errors; `what_to_do` is a sentence for the person who sees it."""

    what_to_do = "Try again; if it fails again, look at the log."

    def __init__(self, message: str, *, what_to_do: str | None = None) -> None:
        super().__init__(message)
        if what_to_do is not None:
            self.what_to_do = what_to_do


class SourceError(IngestError):
    """A source as a whole cannot be read."""

    what_to_do = "Give a page address, a sitemap address, a folder or a .jsonl file."


class NotAPage(IngestError):
    """A document that is not a page: not HTML, or without main content."""

    what_to_do = "Leave the address out, or give the address of an HTML page."


class Withdrawn(IngestError):
    """A page that says of itself that it is withdrawn or not to be indexed."""

    what_to_do = "Nothing: the page stops answering."


class BadAddress(IngestError):
    """A text that is no absolute address of a web page."""

    what_to_do = "Give a whole address, such as https://www.govt.nz/browse/health/."


class OutOfReach(IngestError):
    """An address that must not be connected to."""

    what_to_do = "Leave the address out, or change which hosts may be read."


class HostNotAllowed(OutOfReach):
    """The host of an address is not on the list of allowed hosts."""

    what_to_do = "Leave the address out, or add its host to GOVT_ASSISTANT_ALLOWED_HOSTS."


class NotPublic(OutOfReach):
    """An address leads into a private network."""

    what_to_do = (
        "Check the host's DNS records; for an intranet set GOVT_ASSISTANT_ALLOW_PRIVATE_ADDRESSES=true."
    )


class NotFetched(IngestError):
    """A document could not be read this time; what is stored of it stays."""

    what_to_do = "Try the address in a browser; run the ingest again later."


class EmbedderError(IngestError):
    """Text could not be turned into vectors."""

    what_to_do = "Delete the models folder in the data folder: the next start makes it again."

    @classmethod
    def damaged(cls, folder: Path, error: Exception) -> EmbedderError:
        """The exported model's files cannot be loaded."""
        return cls(f"the model in {folder.name!r} cannot be loaded: {error}")

    @classmethod
    def not_exported(cls, folder: Path, said: str) -> EmbedderError:
        """The packaged model cannot be made ready; `said` is what its export ended with."""
        return cls(
            f"the packaged model could not be made ready in {folder.parent.name!r}: {said}",
            what_to_do="Check that the folder can be written, that the disk has 400 MB to spare and that "
            "the machine has 1.5 GB of free memory, then start again. Still failing: set up anew (make run).",
        )

    @classmethod
    def unknown(cls, model: str, error: Exception) -> EmbedderError:
        """A configured model that is neither a folder nor known."""
        return cls(
            f"the model {model!r} cannot be loaded: {error}",
            what_to_do="Set GOVT_ASSISTANT_EMBEDDING_MODEL to the folder of a sentence-transformers model.",
        )


class VectorsUnavailable(IngestError):
    """The vector store cannot be reached, or vectors are not in it that should be."""

    what_to_do = "Check that the vector store runs. If vectors are lost, ingest into a new data folder."


class StorageFailed(IngestError):
    """The database cannot be read or written; what was stored before stays as it was."""

    what_to_do = "Check that the disk has free space and that the database can be reached, then try again."

    @classmethod
    def of(cls, error: BaseException) -> StorageFailed:
        """The database driver's own error."""
        return cls(f"the database failed: {error}")


class PolicyError(IngestError):
    """The file of policy is missing or malformed."""

    what_to_do = "Mend the file, or leave GOVT_ASSISTANT_INGEST_POLICY empty to use the one that ships."


class IndexLocked(IngestError):
    """Another process is writing the index."""

    what_to_do = "Wait until it ends, or stop that process."


class EmptyIndex(IngestError):
    """There is no published version of the index."""

    what_to_do = "Run `govt-assistant ingest starter`, or `govt-assistant ingest SOURCE` with your own pages."


class UnknownVersion(IngestError):
    """No version of the index has that number."""

    what_to_do = "See the versions: `govt-assistant index list`, or GET /v1/versions."


class UnknownPage(IngestError):
    """No version of the index has ever held that page."""

    what_to_do = "Give the page's address, or its identifier as `govt-assistant index pages` shows it."


class NotPublishable(IngestError):
    """A version that is no candidate, or one of another embedder."""

    what_to_do = "Run `govt-assistant index list` to see the candidates."

    @classmethod
    def as_it_is(cls, number: int, state: str) -> NotPublishable:
        """A version in a state in which it cannot be published."""
        error = cls(f"version {number} is {state}, not a candidate")
        if state == "published":
            again = f"govt-assistant index rollback {number} --reason WHY"
            error.what_to_do = f"To let it answer again, run `{again}`."
        return error


class StaleCandidate(NotPublishable):
    """Another version has been published since the candidate was built on the one before."""

    what_to_do = "Run `govt-assistant index rebase N` to put its changes onto the version that answers now."
