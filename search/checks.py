"""What `manage.py check` asks of search: whether the model of meaning, where one is named, can be used."""

from typing import Any

from django.core.checks import CheckMessage, Error, Info, register

from search import meaning


@register("meaning")
def model_is_usable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Load the model and have it put three sentences in order."""
    site = meaning.site()
    if site is None:
        return []
    from search.meaning.folder import Unusable

    try:
        site.load()
    except Unusable as error:
        return [Error(str(error), hint="Leave MEANING_MODEL_DIR out to search by words alone.", id="search.E001")]
    return []


@register("meaning", deploy=True)
def model_is_told(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Say which model it is."""
    site = meaning.site()
    if site is None or (encoder := site.encoder) is None:
        return []
    folder = encoder.folder
    words = f"Search by meaning uses {folder.model}: {folder.dimensions} dimensions, sha256 {folder.sha256}."
    return [Info(words, hint="Three sentences of known order came out in that order.", id="search.I001")]
