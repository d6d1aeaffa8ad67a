"""Every exception that funcgen raises on purpose; each message is one for a person.

FuncgenError                 what a command prints as one line, without a traceback
├── ParameterError           params.yaml says something that is not allowed
├── DataError                the raw data cannot be used
├── ArtifactError            what a stage reads or writes is missing, damaged or of another schema
├── CheckpointError          a model or tokenizer cannot be had or does not fit
├── TrainingError            the loss is not finite
├── ProvenanceError          a file changed while a stage ran, or does not match its digest
├── ExperimentError          DVC cannot run an experiment at all
├── StudyError               a study's file says something that is not allowed, or its arms cannot be compared
├── ComparisonError          a comparison's file says something that is not allowed, or its method fails its own checks
├── SearchError              a search's file says something that is not allowed, or its trials cannot be run or read
├── PublishingError          a model cannot be published: its chain does not verify, or it does not write what the run wrote
├── TrackingError            the tracking store cannot be reached
└── ExpressionError          an expression does not parse or execute (counted, never fatal)
"""


class FuncgenError(Exception):
    """Base of all; its text says what was wrong, where, what is allowed and what to do."""


class ParameterError(FuncgenError):
    """params.yaml holds an unknown key, a wrong type, a value out of range or an impossible combination."""


class DataError(FuncgenError):
    """Raw data is absent, unreadable as a whole, or too much of it was rejected."""


class ArtifactError(FuncgenError):
    """A Parquet file or another artifact of a stage is missing, damaged or has another schema."""


class CheckpointError(FuncgenError):
    """A checkpoint or tokenizer cannot be loaded, or does not fit the parameters."""


class TrainingError(FuncgenError):
    """Training cannot go on: the loss is not finite."""


class ProvenanceError(FuncgenError):
    """An input or a code file changed during a stage, or a digest does not match what lies on disk."""


class ExperimentError(FuncgenError):
    """There is no DVC to run an experiment, or no commit to base it on."""


class StudyError(FuncgenError):
    """A study's file holds an unknown key, arm or override, or its arms cannot be run or compared."""


class ComparisonError(FuncgenError):
    """A comparison's file holds an unknown key, optimizer or override, its runs cannot be run, or its self-checks fail."""


class SearchError(FuncgenError):
    """A search's file holds an unknown key or a range that is none, or its trials cannot be run, kept or applied."""


class PublishingError(FuncgenError):
    """A run's model is not fit to be handed on, or its wheel cannot be built."""


class TrackingError(FuncgenError):
    """The MLflow tracking store cannot be opened or written."""


class ExpressionError(FuncgenError):
    """An expression is malformed or cannot be executed on its example."""
