"""How large a file may be, and how many images it may have."""

from collections.abc import Iterator

import pytest

from shared.models import Method
from shared.validation.report.findings import Findings
from shared.validation.report.page import render_page
from shared.validation.scan import Scan
from shared.validation.whole_file import MEGABYTE, file_faults
from tests.shared.validation.rows import PLAIN, check


@pytest.mark.parametrize(
    ("size", "level"),
    [
        (150 * MEGABYTE, None),
        (151 * MEGABYTE, "warning"),
        (512 << 20, "warning"),
        ((512 << 20) + 1, "error"),
    ],
)
def test_size_is_judged_by_route(size: int, level: str | None) -> None:
    """Above 512 MiB a file is refused, above 150 MB it should go in parts, below all is well."""
    scan = Scan(findings=Findings(), model=None, method=Method.SFT, examples=60)
    scan.reader.size = size

    assert [fault.level for _, fault in file_faults(scan)] == ([level] if level else [])


def test_file_known_to_be_too_large_is_not_read() -> None:
    """If its size is known beforehand, only the chunk that its method is detected from is read."""
    asked = []

    def chunks() -> Iterator[bytes]:
        for number in range(600):
            asked.append(number)
            yield PLAIN

    report = check(chunks(), sizes=(600_000_000, None))

    assert report.rules == {"file-size": {"error": 1}}
    assert "was not read" in report.findings[0].message
    assert (report.file.bytes, report.file.sha256, report.examples) == (600_000_000, "", 0)
    assert asked == [0]
    assert "600.0 MB" in render_page(report)


@pytest.mark.parametrize(("number", "found"), [(50_000, False), (50_001, True)])
def test_too_many_examples_with_images_are_refused(number: int, found: bool) -> None:
    """50,000 examples with images are allowed and 50,001 are not."""
    scan = Scan(findings=Findings(), model=None, method=Method.SFT)
    scan.examples = scan.image_examples = number

    faults = [fault.rule.id for _, fault in file_faults(scan) if fault.level == "error"]

    assert faults == (["image-examples"] if found else [])
