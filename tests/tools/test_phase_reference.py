"""The generated documentation of the phases."""

from shared.registry.state import Phase
from tools.phase_reference import PAGE, TEXTS, with_section


def test_page_has_the_phases_of_the_table() -> None:
    """`docs/pipeline.md` has what the table of phases generates; if not, generate it again."""
    written = PAGE.read_text(encoding="utf-8")

    assert written == with_section(written)


def test_every_phase_is_explained() -> None:
    """Each phase has a text on what happens and on how it ends."""
    assert list(TEXTS) == list(Phase)
    assert all(about and end for about, end in TEXTS.values())
