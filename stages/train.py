"""train: tokens and models/pretrained/ -> models/trained/, metrics/train.json, metrics/plots/learning_curve.csv."""

from funcgen.artifacts import INVENTORY, METRICS, read_json, write_json
from funcgen.execution import execute
from funcgen.params import Params
from funcgen.protocols import TrainJob
from funcgen.tracking import StageRun
from funcgen.training.watching import watched


def work(params: Params, run: StageRun) -> None:
    job = TrainJob(
        train=params.train,
        schedule=params.schedule,
        compute=params.compute,
        optimizer=params.optimizer,
        model=params.model,
        tokenizer=params.tokenizer,
        language=params.expression.module.language(params.expression.params, read_json(INVENTORY)),
        log=watched(run.metrics),
        memory=run.memory,
        pretrained=params.pretrain.max_steps > 0,
    )
    metrics = params.strategy.module.train(params.strategy.params, job)
    write_json(METRICS / "train.json", {name: round(value, 4) for name, value in metrics.items()})
    run.metrics({f"result.{name}": value for name, value in metrics.items()})  # the curve has some of the names


if __name__ == "__main__":
    execute("train", work)
