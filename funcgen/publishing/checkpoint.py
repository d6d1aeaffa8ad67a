"""What a checkpoint folder must be to be loaded by transformers alone."""

from pathlib import Path

from funcgen.artifacts import read_json
from funcgen.errors import PublishingError

CONFIG = "config.json"


def check(folder: Path, strategy: str) -> None:
    """Raises PublishingError where the folder holds no network, one of several, or one that transformers knows only with our code."""
    if strategy == "ensemble":
        raise PublishingError(
            "the texts are those of several networks together, of which a checkpoint would be one; without --export it is published whole"
        )
    if not (folder / CONFIG).exists():
        raise PublishingError("the model has no network, so that there is no checkpoint to export; without --export it is published whole")
    import transformers

    names = read_json(folder / CONFIG)["architectures"]
    if unknown := [name for name in names if not hasattr(transformers, name)]:
        raise PublishingError(
            f"transformers does not know {unknown[0]} without code of this project, so that there is no checkpoint to export; "
            "choose model.name gpt, or publish it whole, without --export"
        )
