"""pretrain: plain text -> models/pretrained/. With zero steps it holds the initial weights, random or the checkpoint's."""

from funcgen.artifacts import METRICS, PLOTS, PRETRAINED, TOKENIZER, write_json
from funcgen.execution import execute
from funcgen.params import Params
from funcgen.tokens.tokenization import Codec
from funcgen.tracking import StageRun
from funcgen.training.learning_curve import Point, write_curve


def work(params: Params, run: StageRun) -> None:
    from funcgen import checkpoints  # torch, when the numeric mode is settled
    from funcgen.computing.compute import initial_device, prepare
    from funcgen.training import (
        loop,  # torch, when the numeric mode is settled
        plain_text,  # torch, when the numeric mode is settled
    )

    device = initial_device(params.compute, prepare(params.compute))
    codec = Codec.load(TOKENIZER)
    model = checkpoints.initial(params.model.module, params.model.params, codec.vocabulary, params.pretrain.seed, device)
    metrics: dict[str, float] = {"parameters": checkpoints.parameter_count(model), "steps": params.pretrain.max_steps}
    curve: list[Point] = []
    if params.pretrain.max_steps:
        texts, validation = plain_text.divided(params.pretrain.texts, params.pretrain.files, codec)
        fitted = loop.fit(
            model,
            params.optimizer.module.build(params.optimizer.params, model),
            texts,
            validation,
            budget=params.pretrain,
            schedule=params.schedule,
            compute=params.compute,
            log=run.metrics,
            slot=run.memory.slot("pretraining"),
        )
        curve = fitted.curve
        metrics["validation_loss"] = round(fitted.best.validation_loss, 4)
    checkpoints.save(model, codec, PRETRAINED)
    write_curve(PLOTS / "pretraining_curve.csv", curve)
    write_json(METRICS / "pretrain.json", metrics)
    run.metrics({f"result.{name}": value for name, value in metrics.items()})  # the curve has one of the names


if __name__ == "__main__":
    execute("pretrain", work)
