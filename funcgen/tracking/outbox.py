"""What a stage could not tell the tracking store, kept at the root of the main repository till the store answers.

One JSON file a run, `.outbox/RUN.json`. The next stage sends what is there, and so does `funcgen deliver`.
"""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from funcgen.artifacts import main_repository, read_json, write_json
from funcgen.errors import ArtifactError, TrackingError
from funcgen.resumption.locks import holding
from funcgen.tracking.delivery import Mail, Message
from funcgen.tracking.recording import Recorder, recorder
from funcgen.tracking.store import public_store


def folder() -> Path:
    """Where it is kept."""
    return main_repository() / ".outbox"


def keep(mail: Mail, stage: str) -> Path:
    """Write down what has not arrived; the file. Raises OSError."""
    path = folder() / f"{mail.run_id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, {"stage": stage, "store": public_store(), "messages": [asdict(message) for message in mail.messages]})
    return path


def deliver(to: Recorder) -> Iterator[str]:
    """Send what is kept for the store in force; a sentence for each run. Raises TrackingError where the store does not take it."""
    if not folder().is_dir():
        return
    with holding(folder() / "lock"):
        for path in sorted(folder().glob("*.json")):
            content = read_json(path)
            stage, messages = kept(content, path)
            if content["store"] != public_store():
                yield f"{path} is for another tracking store, {content['store']}: it stays until MLFLOW_TRACKING_URI names that one"
                continue
            try:
                Mail(to, path.stem, begun=True, messages=messages).send()
            except TrackingError as error:
                raise TrackingError(f"{path}, what stage {stage} had to log: {error}; remove the file to give it up") from error
            path.unlink()
            yield f"delivered: what stage {stage} could not log at its time, run {path.stem}"


def kept(content: dict[str, Any], path: Path) -> tuple[str, list[Message]]:
    """The stage and its messages, of what `keep` wrote; raises ArtifactError."""
    try:
        messages = [Message(**{**message, "metrics": [tuple(metric) for metric in message["metrics"]]}) for message in content["messages"]]
        return str(content["stage"]), messages
    except (KeyError, TypeError) as error:
        raise ArtifactError(f"{path} is not what a stage leaves there: {error}; remove it, what it had to log is lost") from error


def deliver_all() -> tuple[str, bool]:
    """Send what is kept for the store in force; what to print, and whether nothing stays behind. Raises FuncgenError."""
    if not list(folder().glob("*.json")):
        return "nothing waits: the tracking store has all that the stages logged", True
    said = list(deliver(recorder()))
    return "\n".join(said), not list(folder().glob("*.json"))
