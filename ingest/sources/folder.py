"""Pages kept as files: a folder of HTML and Markdown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from ingest.errors import IngestError, NotAPage, SourceError, Withdrawn
from ingest.model import Failed, Fetched, Gone, Origin, Page, Skipped
from ingest.sources.address import canonical
from ingest.sources.documents import document_page
from ingest.sources.front_matter import BadFrontMatter, FrontMatter, read_markdown
from ingest.sources.html import extract, stated_address
from ingest.sources.text import clean, title_of, without_title

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from ingest.model import Validators

_MARKDOWN = (".md",)
_HTML = (".html", ".htm")
_DOCUMENTS = (".pdf", ".docx")
_LOCAL = "https://local.invalid/"
_MOST_BYTES = 20_000_000


class FolderSource:
    """The .html, .md, .pdf and .docx files in `path` and the folders in it; hidden ones are left out.

    Markdown may have front matter (`ingest.sources.front_matter`). A file that states no address of
    its own gets `https://local.invalid/<path in the folder>`, which leads nowhere by RFC 6761: it
    names the page, and says that there is nothing on the web to look at. `complete` is false after
    a fetch in which a file failed, since its page cannot be told from one that is gone.
    """

    web = False

    def __init__(self, path: Path, *, origin: Origin = Origin.SOURCE) -> None:
        self._root = path.resolve()
        self._origin = origin
        self.name = str(path)
        self.complete = True

    async def count(self) -> int | None:
        return len(await anyio.to_thread.run_sync(self._files))

    async def fetch(self, known: Mapping[str, Validators]) -> AsyncIterator[Fetched]:
        """Read every file; raises SourceError where the folder cannot be read."""
        self.complete = True
        seen: dict[tuple[str, str], str] = {}
        for file in await anyio.to_thread.run_sync(self._files):
            outcome = await self._outcome(file)
            name = self._name(file)
            if isinstance(outcome, Page):
                first = seen.setdefault((outcome.url, outcome.language), name)
                if first != name:
                    outcome = Skipped(name, f"{first} has the same address and language")
            elif isinstance(outcome, Failed):
                self.complete = False
            yield outcome

    def _files(self) -> list[Path]:
        if not self._root.is_dir():
            raise SourceError(f"{self.name} is not a folder")
        try:
            found = sorted(self._root.rglob("*"))
        except OSError as error:
            raise SourceError(f"{self.name} cannot be read: {error.strerror}") from error
        return [file for file in found if self._is_page(file)]

    def _is_page(self, file: Path) -> bool:
        hidden = any(part.startswith(".") for part in file.relative_to(self._root).parts)
        wanted = file.suffix.lower() in (*_MARKDOWN, *_HTML, *_DOCUMENTS) and not hidden
        return wanted and file.is_file() and file.resolve().is_relative_to(self._root)

    async def _outcome(self, file: Path) -> Page | Gone | Skipped | Failed:
        if file.suffix.lower() not in _DOCUMENTS:
            return await anyio.to_thread.run_sync(self._read, file)
        try:
            body = await anyio.Path(file).read_bytes()
            return await document_page(body, canonical(self._local(file)))
        except OSError as error:
            return Failed(self._name(file), f"it cannot be read: {error.strerror}")
        except NotAPage as error:
            return Skipped(self._name(file), str(error))

    def _name(self, file: Path) -> str:
        return file.relative_to(self._root).as_posix()

    def _read(self, file: Path) -> Page | Gone | Skipped | Failed:
        name = self._name(file)
        try:
            if file.stat().st_size > _MOST_BYTES:
                return Failed(name, f"it is larger than {_MOST_BYTES // 1_000_000} MB")
            body = file.read_bytes()
            return self._html(file, body) if file.suffix.lower() in _HTML else self._markdown(file, body)
        except OSError as error:
            return Failed(name, f"it cannot be read: {error.strerror}")
        except UnicodeDecodeError:
            return Failed(name, "it is not UTF-8. Save it as UTF-8.")
        except Withdrawn as error:
            return Gone(name, str(error))
        except NotAPage as error:
            return Skipped(name, str(error))
        except BadFrontMatter as error:
            return Failed(name, f"{name}, {error}")
        except IngestError as error:
            return Failed(name, f"{name}: {error}. {error.what_to_do}")

    def _html(self, file: Path, body: bytes) -> Page:
        return extract(body, url=stated_address(body) or self._local(file))

    def _markdown(self, file: Path, body: bytes) -> Page:
        source = read_markdown(clean(body.decode("utf-8-sig")))
        stated = source.stated or FrontMatter()
        if self._origin is Origin.STARTER and not (stated.title and stated.url):
            raise BadFrontMatter(1, "the page has no title or url", what_to_do="Add `title:` and `url:`.")
        text, title = without_title(source.body, stated.title)
        title = title or title_of(text)
        if not text.strip() or title is None:
            raise NotAPage("it has no text")
        self._check_facts(stated, text)
        return Page(
            url=stated.url or self._local(file), title=title, text=text, language=stated.language,
            agency=stated.agency, topic=stated.topic, last_updated=stated.last_updated, origin=self._origin,
            audience=stated.audience, reviewed=stated.reviewed,
            facts=tuple(fact.fact() for fact in stated.facts), translation_of=stated.translation_of,
            slug=self._slug(file),
        )  # fmt: skip

    def _check_facts(self, stated: FrontMatter, text: str) -> None:
        for number, fact in enumerate(stated.facts, 1):
            if clean(fact.text) not in text:
                raise IngestError(
                    f"fact {number} is not in the page's text: {fact.text[:80]!r}",
                    what_to_do="Copy the sentence from the text, letter by letter",
                )

    def _local(self, file: Path) -> str:
        return _LOCAL + self._name(file)

    def _slug(self, file: Path) -> str:
        """Folder and file name without its ending, such as `en/renew-passport`."""
        parts = file.relative_to(self._root).with_suffix("").parts
        return "/".join(parts if len(parts) > 1 else (self._root.name, *parts))
