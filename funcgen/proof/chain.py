"""What the links of the chain say, against dvc.yaml, params.yaml and the files."""

from collections.abc import Iterator

from funcgen.params import PATH
from funcgen.proof.record import Record
from funcgen.proof.witnesses import ABSENT, Witness, at
from funcgen.provenance import Link, code_of, inputs_of, key_of, link_path, outputs_of, params_of, upstream_of


def links(record: Record) -> Iterator[Witness | str]:
    """A witness for each digest and parameter of each link, and a line for each that is missing or too many."""
    yield from record.unreadable
    for stage, link in record.links.items():
        source = str(link_path(stage))
        yield key_witness(link, stage, source, "key", link.key)
        for upstream, key in link.upstream.items():
            if upstream in record.links:
                yield key_witness(record.links[upstream], upstream, source, f"upstream.{upstream}", key)
        entry = record.graph[stage]
        expected = {
            "code": code_of(entry),
            "inputs": inputs_of(entry),
            "outputs": outputs_of(stage, entry),
            "upstream": upstream_of(entry),
        }
        for kind, names in expected.items():
            recorded = getattr(link, kind)
            yield from (f"{source}: says nothing of {kind} {name}, which dvc.yaml names" for name in names if name not in recorded)
            yield from (f"{source}: {kind}.{name} is not what dvc.yaml names" for name in recorded if name not in names)
            if kind != "upstream":
                yield from (
                    Witness(name, source, f"{kind}.{name}", digest, record.digest(name) or ABSENT)
                    for name, digest in recorded.items()
                    if name in names
                )
        used = params_of(entry, record.values)
        for name in sorted({*used, *link.params}):
            written = at(link.params, name)
            yield Witness(f"{PATH} {name}", source, f"params.{name}", written, at(used, name))


def key_witness(link: Link, stage: str, source: str, place: str, written: str) -> Witness:
    """What `source` says is the key of a stage's link."""
    return Witness(f"{link_path(stage)} key", source, place, written, key_of(link))
