"""Small parts of sentences."""

from shared.plurals import pluralize


def test_one_is_no_plural() -> None:
    """Numbers agree with their noun, and long ones can be read."""
    found = [pluralize(number, "run") for number in (0, 1, 2, 1000)]

    assert found == ["0 runs", "1 run", "2 runs", "1,000 runs"]
