"""Navigation in any text: nothing raises, and every place that is told is one of the text."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from tests.analysis.properties.strategies import SAMPLE, documents, examples, texts
from witlens_analysis.diagnostics import Span
from witlens_analysis.features.implementation import implementation
from witlens_analysis.features.linked_editing import linked_places
from witlens_analysis.features.links import document_links
from witlens_analysis.features.reference_lenses import KINDS, lens_locations, reference_lenses
from witlens_analysis.features.references import highlights, references
from witlens_analysis.features.rename import CannotRename, prepare_rename, rename
from witlens_analysis.features.type_definition import type_definition
from witlens_analysis.features.type_hierarchy import prepare_hierarchy, subtypes, supertypes
from witlens_analysis.workspace import Snapshot, Workspace

PATH = "/nowhere/a.wit"


def loaded(text: str) -> Snapshot:
    workspace = Workspace()
    workspace.open(PATH, text)
    return workspace.snapshot()


@examples(60)
@given(st.one_of(documents, texts), st.sampled_from(["a", "list", "A-B", "x:y"]))
@example(SAMPLE, "a")
def test_any_place_of_any_text(text: str, new_name: str) -> None:
    snapshot = loaded(text)
    spans: list[Span] = []
    for offset in range(0, len(text) + 1, max(1, len(text) // 60)):
        found = references(snapshot, PATH, offset)
        assert set(references(snapshot, PATH, offset, include_declaration=False)) <= set(found)
        shown = highlights(snapshot, PATH, offset)
        assert [one.span for one in shown] == sorted(place.span for place in found)
        spans += [place.span for place in (*found, *type_definition(snapshot, PATH, offset))]
        spans += [place.span for place in implementation(snapshot, PATH, offset)]
        spans += linked_places(snapshot, PATH, offset)
        for item in prepare_hierarchy(snapshot, PATH, offset):
            assert all(item in supertypes(snapshot, part.symbol) for part in subtypes(snapshot, item.symbol))
            spans += [item.span, item.name_span]
        renamed(snapshot, text, offset, new_name)
    spans += [link.span for link in document_links(snapshot, PATH)]
    for lens in reference_lenses(snapshot, PATH, frozenset(KINDS)):
        spans += [lens.span, *(place.span for place in lens_locations(snapshot, lens.kind, lens.symbol))]
    assert all(0 <= span.start <= span.end <= len(text) for span in spans)


def renamed(snapshot: Snapshot, text: str, offset: int, new_name: str) -> None:
    try:
        offered = prepare_rename(snapshot, PATH, offset)
        made = rename(snapshot, PATH, offset, new_name)
    except CannotRename as refusal:
        assert str(refusal).endswith((".", "?"))
        return
    assert (offered is None) == (made is None)
    for edit in made.edits if made is not None else ():
        assert made is not None
        assert text[edit.span.start : edit.span.end].replace("%", "") == made.old_name
