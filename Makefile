# `make repro` runs the pipeline, `make test` the checks; both set up .venv first.
#   make repro EXPERIMENT=e2e    the parameters of experiments/e2e.txt instead of those of params.yaml, as a DVC experiment of that name
#   make study STUDY=e2e JOBS=2  the arms that studies/e2e.toml names, two at a time, compared in docs/studies/e2e.md
#   make search SEARCH=adamw     tunes what searches/adamw.toml names; APPLY=1 writes the best values into params.yaml, AGAIN=1 runs failed trials
#   make compare COMPARISON=optimizers JOBS=2  optimizers, as comparisons/optimizers.toml declares, in docs/comparisons/optimizers.html
#   make report BASE=main        what the workspace changes against a revision or experiment, as Markdown for a pull request;
#                                REV=... instead of the workspace, REPORT=FILE to write it, RERUN=1 to run what is not here
#   make experiments             all experiments of this commit in one table
#   make overview                those of experiments/ that have been run, in docs/overview.md: what each task's strategies score and cost
#   make serve NAME=funcgen      the model that `funcgen publish` registered; ALIAS=champion PORT=5001 WORKERS=1
#   make repro CUDA=1            install torch's CUDA build (several gigabytes) instead of the one for the CPU
#   make repro TORCH_INDEX=URL   where pip finds torch's CPU wheel, if not where it looks anyway

PYTHON ?= python3
BIN := .venv/bin
export MLFLOW_DISABLE_TELEMETRY := true
export PATH := $(CURDIR)/$(BIN):$(PATH)
# `===` takes the very version, which on Linux is the CUDA build; `==` prefers a CPU build of that version where pip finds one.
TORCH := torch$(if $(CUDA),===,==)2.13.0
INDEX := $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
INSTALLED := .venv/installed-$(if $(CUDA),cuda,cpu)

.PHONY: repro study search compare report test bench format constraints experiments overview ui screenshots serve clean
.DEFAULT_GOAL := repro

repro: $(INSTALLED)
	@funcgen check
ifdef EXPERIMENT
	dvc exp run --temp --force --name $(EXPERIMENT) $$(sed -e '/^#/d' -e 's/^/-S /' experiments/$(EXPERIMENT).txt)
	@funcgen metrics --rev $(EXPERIMENT)
else
	dvc repro
	@funcgen metrics
endif

study: $(INSTALLED)
	@funcgen study studies/$(STUDY).toml --jobs $(or $(JOBS),1)

search: $(INSTALLED)
	@funcgen search searches/$(SEARCH).toml $(if $(AGAIN),--again) $(if $(APPLY),--apply)

compare: $(INSTALLED)
	@funcgen compare comparisons/$(COMPARISON).toml --jobs $(or $(JOBS),1)

BASE ?= main
report: $(INSTALLED)
	@funcgen report --base "$(BASE)" $(if $(REV),--rev "$(REV)") $(if $(RERUN),--rerun) $(if $(REPORT),--output "$(REPORT)")

# Types beside tests, and three test files at a time on two cores: some wait for servers and for processes that they start.
test: $(INSTALLED)
	ruff check .
	ruff format --check .
	mypy & types=$$!; pytest --numprocesses 3 --dist loadgroup --no-loadscope-reorder; tests=$$?; wait $$types && exit $$tests

# Against peers, each a ratio of one run; `.venv/bin/pip install -c constraints.txt -e ".[bench]"` brings them. bench/texts.py wants names.
bench: $(INSTALLED)
	@OMP_NUM_THREADS=1 python -m bench.generation
	@OMP_NUM_THREADS=1 python -m bench.latency
	@OMP_NUM_THREADS=1 python -m bench.constraints
	@OMP_NUM_THREADS=1 python -m bench.training
	@OMP_NUM_THREADS=1 python -m bench.ingestion
	@OMP_NUM_THREADS=1 python -m bench.evaluation
	@OMP_NUM_THREADS=1 python -m bench.race
	@OMP_NUM_THREADS=1 python -m bench.stages
	@OMP_NUM_THREADS=1 python -m bench.memory
	@OMP_NUM_THREADS=1 python -m bench.processes
	@OMP_NUM_THREADS=1 python -m bench.sharding
	@OMP_NUM_THREADS=1 python -m bench.scaling

format: $(INSTALLED)
	ruff check --fix .
	ruff format .

# The columns that matter, best BLEU last.
COUNTS := bytes|prompt|combinations|completion|sequences|examples|duplicates|pairs|rows|left_out|same_source|tokens|step|vocabulary|texts|errors|unfinished|coverage
SECONDARY := slices|word_error|_source|_target|\.low|\.high|distinct|length_ratio|rouge_1|rouge_2|train_loss|slot_missing|slot_added|slot_wrong|slot_repeated
experiments: $(INSTALLED)
	@dvc exp show --only-changed --sort-by bleu.score --drop '.*($(COUNTS)|$(SECONDARY)|data/|models/|metrics/|funcgen|stages).*'

overview: $(INSTALLED)
	@funcgen overview

ui: $(INSTALLED)
	-@funcgen report --mlflow
	mlflow ui --backend-store-uri sqlite:///mlflow.db

screenshots: $(INSTALLED)
	@python -m docs.screenshots

# A model that `funcgen publish` has registered, answered for on http://127.0.0.1:PORT/invocations.
serve: $(INSTALLED)
	MLFLOW_TRACKING_URI=$${MLFLOW_TRACKING_URI:-sqlite:///mlflow.db} TQDM_DISABLE=1 mlflow models serve --env-manager local \
	  --model-uri "models:/$(or $(NAME),funcgen)@$(or $(ALIAS),champion)" --port $(or $(PORT),5001) --workers $(or $(WORKERS),1)

# Every pin in constraints.txt, for all platforms at once, from the ranges in pyproject.toml.
constraints: $(INSTALLED)
	uv pip compile --universal --python-version 3.11 --all-extras --upgrade --quiet \
	  --custom-compile-command "make constraints" --output-file constraints.txt pyproject.toml

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt $(INDEX) "$(TORCH)"
	$(BIN)/pip install --quiet --constraint constraints.txt $(INDEX) --editable ".[dev]"
	@rm -f .venv/installed-*
	@touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
