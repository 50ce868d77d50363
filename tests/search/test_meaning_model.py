"""Which folders of models are taken, which are refused with what sentence, and what a vector is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from search.meaning import folder
from search.meaning.folder import Unusable
from search.meaning.language import is_english
from tests import needs
from tests.search.tiny_model import DIMENSIONS, make_model


def encoder(place: Path) -> Any:
    needs.meaning_extra()
    from search.meaning.encoding import Encoder

    return Encoder(folder.read(place))


def refusal(place: Path) -> str:
    with pytest.raises(Unusable) as refused:
        encoder(place)
    return str(refused.value)


def write(name: str, what: Any) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(what if isinstance(what, str) else json.dumps(what))

    return change


def test_a_model_says_its_dimensions_and_its_hash(tiny_model: Path) -> None:
    made = encoder(tiny_model)
    assert made.folder.dimensions == DIMENSIONS
    assert len(made.folder.sha256) == 64
    assert made.folder.tokens == 256


def test_the_model_may_lie_in_a_folder_of_its_own(tmp_path: Path) -> None:
    place = make_model(tmp_path)
    (place / "onnx").mkdir()
    (place / "model.onnx").rename(place / "onnx" / "model.onnx")
    assert encoder(place).folder.model == place / "onnx" / "model.onnx"


def test_a_vector_has_the_length_one_and_words_of_one_meaning_have_one_direction(tiny_model: Path) -> None:
    made = encoder(tiny_model)
    bins, refuse, music = (made.encode(text) for text in ("bins", "refuse", "choir"))
    assert float(bins @ bins) == pytest.approx(1)
    assert float(bins @ refuse) == pytest.approx(1)
    assert float(bins @ music) == pytest.approx(0)


def test_a_text_of_unknown_words_has_a_vector_that_is_near_to_nothing(tiny_model: Path) -> None:
    assert not encoder(tiny_model).encode("zebra").any()
    assert not encoder(tiny_model).encode("").any()


def test_a_text_is_cut_at_256_tokens_and_a_short_one_is_not_filled_up(tiny_model: Path) -> None:
    made = encoder(tiny_model)
    assert float(made.encode("bins " * 254 + "choir " * 500) @ made.encode("bins")) == pytest.approx(1)
    # The file of the tokenizer says 128: what stands after that counts too.
    assert float(made.encode("zebra " * 200 + "choir") @ made.encode("choir")) == pytest.approx(1)


def test_a_kept_vector_has_a_byte_for_each_dimension_and_keeps_its_direction(tiny_model: Path) -> None:
    made = encoder(tiny_model)
    from search.meaning.encoding import packed, unpacked

    vector = made.encode("bins bins bins choir reading weeks")
    assert len(packed(vector)) == DIMENSIONS
    assert float(unpacked([packed(vector)])[0] @ vector) > 0.999
    assert not unpacked([packed(made.encode("zebra"))]).any()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda place: (place / "model.onnx").unlink(), "neither model.onnx nor onnx/model.onnx"),
        (lambda place: (place / "tokenizer.json").unlink(), "no tokenizer.json"),
        (lambda place: (place / "config.json").unlink(), "config.json is not there"),
        (write("config.json", "{"), "cannot be read"),
        (write("config.json", []), "is not what it should be"),
        (write("config.json", {"hidden_size": 4096}), "hidden_size is 4096"),
        (write("config.json", {"hidden_size": 32}), "16 dimensions, and its config.json says 32"),
        (write("1_Pooling/config.json", {"pooling_mode_cls_token": True}), "asks for cls_token"),
        (
            write("1_Pooling/config.json", {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": True}),
            "Only the mean of the tokens",
        ),
        (write("modules.json", [{"type": "sentence_transformers.models.Dense"}]), "the part Dense"),
        (write("README.md", "---\nlanguage:\n- cy\n- ga\n---\n"), "is for cy, ga"),
        (write("README.md", "---\nlanguage: de\ntags: [a]\n---\n"), "is for de"),
        (write("model.onnx", "no model"), "model.onnx cannot be used"),
        (write("tokenizer.json", "{}"), "tokenizer.json cannot be used"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(
    change: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    place = make_model(tmp_path)
    change(place)
    assert said in refusal(place)


def test_usual_files_beside_the_model_are_no_hindrance(tmp_path: Path) -> None:
    place = make_model(tmp_path)
    write("1_Pooling/config.json", {"word_embedding_dimension": 16, "pooling_mode_mean_tokens": True})(place)
    write("modules.json", [{"type": f"sentence_transformers.models.{name}"} for name in ("Transformer", "Pooling")])(
        place
    )
    write("README.md", "---\nlanguage: en\nlicense: apache-2.0\n---\n# A model\n")(place)
    assert encoder(place)


def test_a_model_that_takes_or_answers_something_else_is_refused(tmp_path: Path) -> None:
    assert "takes input_ids." in refusal(make_model(tmp_path / "1", inputs=("input_ids",)))
    other = ("input_ids", "attention_mask", "pixel_values")
    assert "pixel_values" in refusal(make_model(tmp_path / "2", inputs=other))
    assert "answers each token" in refusal(make_model(tmp_path / "3", answers_tokens=False))
    assert encoder(make_model(tmp_path / "4", inputs=("input_ids", "attention_mask")))


def test_a_model_that_puts_the_sentences_in_another_order_is_refused(tmp_path: Path) -> None:
    place = make_model(tmp_path, meanings={"rubbish": "same", "concert": "same", "waste": "other"})
    assert "no nearer to" in refusal(place)


def test_another_model_or_tokenizer_is_another_recipe(tmp_path: Path, tiny_model: Path) -> None:
    recipe = folder.read(tiny_model).recipe
    assert folder.read(make_model(tmp_path / "same")).recipe == recipe
    other = make_model(tmp_path / "other", dimensions=24)
    assert folder.read(other).recipe != recipe
    changed = make_model(tmp_path / "changed")
    (changed / "tokenizer.json").write_text((changed / "tokenizer.json").read_text() + " ")
    assert folder.read(changed).recipe != recipe


def test_the_check_refuses_a_folder_with_its_sentence(settings: Any, tmp_path: Path) -> None:
    needs.meaning_extra()
    settings.MEANING_MODEL_DIR = str(tmp_path)
    (error,) = run_checks(tags=["meaning"])
    assert error.id == "search.E001"
    assert "neither model.onnx" in error.msg


def test_the_check_is_content_with_a_model_and_the_one_before_deployment_prints_its_hash(meaning_on: Any) -> None:
    assert run_checks(tags=["meaning"]) == []
    (told,) = run_checks(tags=["meaning"], include_deployment_checks=True)
    assert meaning_on.load().folder.sha256 in told.msg
    assert "16 dimensions" in told.msg


def test_the_check_is_silent_where_search_by_meaning_is_off() -> None:
    assert run_checks(tags=["meaning"], include_deployment_checks=True) == []


def test_a_folder_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    import runpy

    from hub import settings as module

    monkeypatch.setenv("MEANING_MODEL_DIR", "/nowhere/at/all")
    with pytest.raises(ImproperlyConfigured, match="MEANING_MODEL_DIR is /nowhere/at/all, which is no folder"):
        runpy.run_path(str(module.__file__))


@pytest.mark.parametrize(
    "text",
    [
        "bins",
        "bailiffs and enforcement agents",
        "how do we stop people dumping mattresses in alleyways",
        "The council collects the bins every two weeks, and the recycling is collected with them. We asked residents "
        "what they thought of it, and most were content.",
        "Café culture",
    ],
)
def test_english_is_known(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "sut mae'r cyngor yn casglu gwastraff",
        "Mae'r cyngor yn casglu'r biniau bob pythefnos. Gofynnwyd i drigolion beth oedd eu barn, ac roedd y rhan fwyaf "
        "yn fodlon gyda'r gwasanaeth newydd sydd ar gael mewn pob ardal o'r sir.",
        "gŵyl",
        "утилизация отходов",
        "comment trier les ordures dans une école",
    ],
)
def test_other_languages_are_left_to_words(text: str) -> None:
    assert not is_english(text)
