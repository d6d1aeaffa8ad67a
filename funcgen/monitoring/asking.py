"""What a published model says of sentences, asked of its server: `make serve` answers on http://127.0.0.1:5001/invocations."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from funcgen.calls.canonical import parse, unquote
from funcgen.errors import ExpressionError, FuncgenError

TIMEOUT = 60
"""Seconds that the server may take for an answer."""
PAUSES = (1, 2, 5, 10, 30)
"""Seconds between tries where the server does not answer; the last for ever."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a sentence is about and how it sounds."""

    topic: str
    sentiment: str


def judgement(text: str) -> Judgement | str:
    """That of a call `report(topic=..., sentiment=...)`, or what is wrong with it."""
    try:
        said = {name: unquote(value) for name, value in parse(text).arguments if isinstance(value, str)}
        return Judgement(said["topic"], said["sentiment"])
    except (ExpressionError, KeyError):
        return f"the model writes no topic and sentiment: {text[:80]!r}"


class Server:
    """A server that is waited for where it does not answer; `say` is told so, once."""

    def __init__(self, url: str, say: Callable[[str], None]) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise FuncgenError(f"--server {url}: is no address; take one as in http://127.0.0.1:5001/invocations")
        self.url, self.say = url, say

    def judge(self, texts: Sequence[str]) -> list[Judgement | str]:
        """A judgement for each text, or what is wrong with it: texts that are refused together are asked one by one."""
        answered = self.ask(texts)
        if isinstance(answered, list):
            return [judgement(text) for text in answered]
        return [answered] if len(texts) == 1 else [self.judge([text])[0] for text in texts]

    def ask(self, texts: Sequence[str]) -> list[str] | str:
        """The model's texts, or why it refuses these; raises FuncgenError where what answers is no such server."""
        body = json.dumps({"dataframe_records": [{"source": text} for text in texts]}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        tries = 0
        while True:
            try:
                with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                    return self.understood(answer.read(), len(texts))
            except urllib.error.HTTPError as error:
                if error.code == 400:
                    return f"the server refuses it: {message(error.read())}"
                problem = f"answers with status {error.code}"
                if error.code < 500:
                    raise FuncgenError(f"{self.url} {problem}; take a model's server, whose address ends with /invocations") from None
            except OSError as error:
                problem = f"does not answer: {getattr(error, 'reason', error)}"
            if tries == 0:
                self.say(f"{self.url} {problem}; it is asked again till it does, and no sentence is lost")
            time.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1

    def understood(self, content: bytes, count: int) -> list[str]:
        """The texts of an answer; raises FuncgenError."""
        try:
            found = [row["text"] or "" for row in json.loads(content)["predictions"]]
        except (ValueError, KeyError, TypeError):
            found = []
        if len(found) != count:
            raise FuncgenError(f"{self.url} answers otherwise than a model of funcgen's; `make serve` starts the server of one")
        return found


def message(content: bytes) -> str:
    """What a refusal says."""
    try:
        return str(json.loads(content)["message"])
    except (ValueError, KeyError, TypeError):
        return content[:200].decode("utf-8", "replace")
