"""The operators' own look at each file."""

import sys
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hub.refusal import Refused
from hub.uploads import clean_upload
from tests.hub.test_uploads import picture

LOOK = "import sys; sys.exit(1 if b'EICAR' in open(sys.argv[1], 'rb').read() else 0)"


def give(content: bytes, name: str = "a.pdf") -> Any:
    return clean_upload(SimpleUploadedFile(name, content))


def test_without_one_every_file_passes() -> None:
    assert give(b"%PDF-1.7 EICAR").name == "a.pdf"


def test_what_it_refuses_is_refused(settings: Any) -> None:
    settings.SCAN_COMMAND = [sys.executable, "-I", "-c", LOOK]
    assert give(b"%PDF-1.7").name == "a.pdf"
    for content, name in ((b"%PDF-1.7 EICAR", "a.pdf"), (picture() + b"EICAR", "a.png"), (b"EICAR", "a.txt")):
        with pytest.raises(Refused, match="harmful"):
            give(content, name)


@pytest.mark.parametrize("command", [["/no/such/program"], [sys.executable, "-c", "raise SystemExit(2)"]])
def test_what_cannot_be_looked_at_is_not_taken(settings: Any, command: list[str]) -> None:
    settings.SCAN_COMMAND = command
    with pytest.raises(Refused, match="cannot check files"):
        give(b"%PDF-1.7")


def test_one_that_never_answers_is_given_up(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.scanning.SECONDS", 0.5)
    settings.SCAN_COMMAND = [sys.executable, "-c", "import time; time.sleep(20)"]
    with pytest.raises(Refused, match="cannot check files"):
        give(b"%PDF-1.7")
