"""The peers, each as its own documentation sets it up; imported only inside their environments."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from evals.bench.peers.worker import MiniLM, Search

    Documents = Mapping[str, tuple[str, str]]
    Adapter = Callable[[Documents, MiniLM], tuple[Search, int]]

DEPTH = 100


def bm25(documents: Documents, model: MiniLM) -> tuple[Search, int]:
    """bm25s with English stop words and Snowball stems over title and text."""
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")

    def tokens(texts: list[str]) -> Any:
        return bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)

    names = list(documents)
    index = bm25s.BM25()
    index.index(tokens([f"{title}\n{text}" for title, text in documents.values()]), show_progress=False)

    def search(question: str) -> list[str]:
        found, _ = index.retrieve(tokens([question]), k=min(DEPTH, len(names)), show_progress=False)
        return [names[at] for at in found[0]]

    return search, len(names)


def chroma(documents: Documents, model: MiniLM) -> tuple[Search, int]:
    """A Chroma collection on disk with one vector a document."""
    import chromadb

    client = chromadb.PersistentClient(tempfile.mkdtemp(prefix="peer"))
    held = client.create_collection("documents", embedding_function=None)
    names, texts = list(documents), [f"{title}\n{text}" for title, text in documents.values()]
    vectors = model.documents(texts)
    for at in range(0, len(names), 2000):
        part = slice(at, at + 2000)
        held.add(ids=names[part], embeddings=vectors[part], documents=texts[part])
    depth = min(DEPTH, len(names))

    def search(question: str) -> list[str]:
        return list(held.query(query_embeddings=[model.question(question)], n_results=depth)["ids"][0])

    return search, len(names)


def _langchain(documents: Documents, model: MiniLM) -> tuple[Any, list[Any]]:
    """The retriever over Chroma of its tutorial: pieces of 1,000 characters that overlap by 200."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    class Shared(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return model.documents(texts)

        def embed_query(self, text: str) -> list[float]:
            return model.question(text)

    whole = [Document(f"{title}\n{text}", metadata={"id": name}) for name, (title, text) in documents.items()]
    pieces = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(whole)
    store = Chroma(
        "documents", embedding_function=Shared(), persist_directory=tempfile.mkdtemp(prefix="peer")
    )
    for at in range(0, len(pieces), 2000):
        store.add_documents(pieces[at : at + 2000])
    return store.as_retriever(search_kwargs={"k": min(DEPTH, len(pieces))}), pieces


def langchain(documents: Documents, model: MiniLM) -> tuple[Search, int]:
    """LangChain's retriever over Chroma."""
    retriever, pieces = _langchain(documents, model)
    return lambda question: [each.metadata["id"] for each in retriever.invoke(question)], len(pieces)


def langchain_ensemble(documents: Documents, model: MiniLM) -> tuple[Search, int]:
    """LangChain's EnsembleRetriever: BM25 and Chroma at equal weight, by reciprocal ranks."""
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever

    dense, pieces = _langchain(documents, model)
    lexical = BM25Retriever.from_documents(pieces, k=min(DEPTH, len(pieces)))
    both = EnsembleRetriever(retrievers=[lexical, dense], weights=[0.5, 0.5])
    return lambda question: [each.metadata["id"] for each in both.invoke(question)], len(pieces)


def llamaindex(documents: Documents, model: MiniLM) -> tuple[Search, int]:
    """LlamaIndex's vector index with its sentence splitter."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.embeddings import BaseEmbedding

    class Shared(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            return model.question(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return model.question(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return model.documents([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return model.documents(texts)

    whole = [Document(text=f"{title}\n{text}", doc_id=name) for name, (title, text) in documents.items()]
    index = VectorStoreIndex.from_documents(whole, embed_model=Shared(embed_batch_size=2000))
    retriever = index.as_retriever(similarity_top_k=DEPTH)
    pieces = len(index.index_struct.nodes_dict)
    return lambda question: [each.node.ref_doc_id for each in retriever.retrieve(question)], pieces


def haystack(documents: Documents, model: MiniLM) -> tuple[Search, int]:
    """Haystack's hybrid retrieval: BM25 and vectors in memory, joined by reciprocal ranks."""
    from haystack import Document
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    texts = [f"{title}\n{text}" for title, text in documents.values()]
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(
        [
            Document(id=name, content=text, embedding=vector)
            for name, text, vector in zip(documents, texts, model.documents(texts), strict=True)
        ]
    )
    dense = InMemoryEmbeddingRetriever(store, top_k=DEPTH)
    lexical = InMemoryBM25Retriever(store, top_k=DEPTH)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=DEPTH)

    def search(question: str) -> list[str]:
        near = dense.run(query_embedding=model.question(question))["documents"]
        found = lexical.run(query=question)["documents"]
        return [each.id for each in joiner.run(documents=[near, found])["documents"]]

    return search, len(texts)


ADAPTERS: dict[str, Adapter] = {
    "bm25": bm25,
    "chroma": chroma,
    "langchain": langchain,
    "langchain-ensemble": langchain_ensemble,
    "llamaindex": llamaindex,
    "haystack": haystack,
}
