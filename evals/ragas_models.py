"""Our embedder and the judge's model as ragas takes them; ragas, an extra, is loaded when it is needed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from evals.errors import EvalError

if TYPE_CHECKING:
    from evals.judge import Judge
    from ingest import Embedder


def wrapped_model(judge: Judge) -> Any:
    """The judge's model, asked over the chat completions protocol.

    ragas starts an event loop for each step and closes it: a connection that was kept would outlive its loop.
    """
    load_ragas()
    from langchain_openai import ChatOpenAI
    from openai import DefaultAsyncHttpxClient
    from pydantic import SecretStr
    from ragas.llms import LangchainLLMWrapper

    chat = ChatOpenAI(
        model=judge.model,
        base_url=judge.base_url,
        api_key=SecretStr(judge.api_key),
        timeout=judge.timeout,
        temperature=0,
        max_retries=1,
        use_responses_api=False,
        http_async_client=DefaultAsyncHttpxClient(follow_redirects=False, headers={"Connection": "close"}),
    )
    return LangchainLLMWrapper(chat)


def wrapped_embedder(embedder: Embedder) -> Any:
    """Our embedder behind ragas' interface."""
    from langchain_core.embeddings import Embeddings
    from ragas.embeddings import LangchainEmbeddingsWrapper

    class Ours(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(value) for value in row] for row in embedder.embed(texts)]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return LangchainEmbeddingsWrapper(Ours())


def load_ragas() -> Any:
    """The package, told to report nothing to its makers; raises `EvalError` where it is not installed."""
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"
    try:
        import ragas
    except ImportError as error:
        raise EvalError(
            "ragas is not installed", what_to_do="Install the extra: pip install 'govt-assistant[evals]'."
        ) from error
    return ragas
