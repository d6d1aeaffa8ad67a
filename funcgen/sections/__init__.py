"""The sections of params.yaml, which alone has defaults, that belong to no axis; a plug-in's own block is its module's `Params`."""

from funcgen.sections.data import Augmentation, Ingest, Tokenizer
from funcgen.sections.generation import Beam, Choose, Consensus, Evaluate, Generate, Sample
from funcgen.sections.ranges import Count, Decay, FutureCost, LabelSmoothing, PlainText, Positive, Seed, Share, leave_training
from funcgen.sections.training import Adaptation, Compute, Lora, Pretrain, Schedule, Train

__all__ = [
    "Adaptation",
    "Augmentation",
    "Beam",
    "Choose",
    "Compute",
    "Consensus",
    "Count",
    "Decay",
    "Evaluate",
    "FutureCost",
    "Generate",
    "Ingest",
    "LabelSmoothing",
    "Lora",
    "PlainText",
    "Positive",
    "Pretrain",
    "Sample",
    "Schedule",
    "Seed",
    "Share",
    "Tokenizer",
    "Train",
    "leave_training",
]
