"""A run in a DVC remote on S3: pushed, cloned and pulled elsewhere, it holds; what was changed in the bucket is named."""

import subprocess
from pathlib import Path

import boto3
import pytest

from tests.project import environment
from tests.proof.workspace import make
from tests.reports.repository import Repository
from tests.servers.processes import BUCKET, KEYS


def run(root: Path, *command: str, status: int = 0) -> str:
    """What a command prints in a folder, with the bucket's keys in its environment; its exit status must be `status`."""
    given = {**environment(), **KEYS}
    done = subprocess.run(command, cwd=root, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == status, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def pushed(s3: str, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A run whose data are in the bucket."""
    made = make(tmp_path_factory.mktemp("run"))
    for command in (f"remote add --default s3 s3://{BUCKET}/dvc", f"remote modify s3 endpointurl {s3}"):
        run(made.root, "dvc", *command.split())
    made.commit("the remote")
    assert "pushed" in run(made.root, "dvc", "push")
    return made


def test_a_clone_that_was_pulled_holds(pushed: Repository, tmp_path: Path) -> None:
    run(tmp_path, "git", "clone", "-q", str(pushed.root), "clone")
    clone = tmp_path / "clone"
    assert "WRONG" in run(clone, "funcgen", "verify", status=1)
    run(clone, "dvc", "pull")
    said = run(clone, "funcgen", "verify")
    assert "everything holds" in said
    assert run(clone, "git", "status", "--porcelain") == ""
    assert "Cache and remote 's3' are in sync." in run(clone, "dvc", "status", "--cloud")
    written = [path for path in clone.rglob("*") if path.is_file()]
    assert not [path for path in written if any(key.encode() in path.read_bytes() for key in list(KEYS.values())[:2])]


def test_what_was_changed_in_the_bucket_is_named(pushed: Repository, s3: str, tmp_path: Path) -> None:
    lock = (pushed.root / "dvc.lock").read_text("utf-8")
    md5 = lock[lock.index("path: data/generations.parquet") :].split("md5: ")[1].split()[0]
    keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
    objects, name = boto3.client("s3", endpoint_url=s3, **keys), f"dvc/files/md5/{md5[:2]}/{md5[2:]}"
    before = objects.get_object(Bucket=BUCKET, Key=name)["Body"].read()
    objects.put_object(Bucket=BUCKET, Key=name, Body=before[:-1] + bytes([before[-1] ^ 1]))
    try:
        run(tmp_path, "git", "clone", "-q", str(pushed.root), "clone")
        run(tmp_path / "clone", "dvc", "pull")
        said = run(tmp_path / "clone", "funcgen", "verify", status=1)
    finally:
        objects.put_object(Bucket=BUCKET, Key=name, Body=before)
    wrong = [line for line in said.splitlines() if line.startswith("WRONG")]
    assert wrong
    assert all("generations.parquet" in line for line in wrong), said
