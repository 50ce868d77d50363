"""The words of attached files: what can be read, what cannot, and that search finds the story by them."""

import io
import zipfile
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from pypdf import PdfReader, PdfWriter

from hub.file_words import KINDS, read_words
from practice import attached, moderating
from practice.models import AttachedText, StoryAttachment, StoryPage
from search import documents, outbox, rebuilding
from tests.cast import Cast, make_community, make_story

Read = Callable[[], AbstractContextManager[Any]]
TYPES = {suffix: content_type for content_type, suffix in KINDS.items()}
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf(words: str = "", *, squeezed: bytes = b"") -> bytes:
    """A page with these words; without words it is like a scan. `squeezed` stands for the page as it is."""
    stream = squeezed or f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET".encode()
    packed = b"/Filter /FlateDecode " if squeezed else b""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< " + packed + b"/Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(made))
        made += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(made)
    return made + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def locked(content: bytes, *, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def docx(*paragraphs: str, body: bytes = b"") -> bytes:
    told = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs).encode()
    xml = b'<?xml version="1.0"?><w:document xmlns:w="%s"><w:body>' % WORD.encode() + told + body
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", xml + b"</w:body></w:document>")
    return made.getvalue()


def read(suffix: str, content: bytes, **options: Any) -> tuple[str, str]:
    return read_words(io.BytesIO(content), TYPES[suffix], **options)


def test_the_words_of_pdf_word_and_plain_files_are_read() -> None:
    assert read("pdf", pdf("Wheelie bins and caddies")) == ("read", "Wheelie bins and caddies")
    assert read("docx", docx("Dear caretakers,", "meet at ten")) == ("read", "Dear caretakers,\nmeet at ten")
    assert read("txt", "Café minutes".encode()) == ("read", "Café minutes")
    assert read("txt", "Café minutes".encode("cp1252")) == ("read", "Café minutes")


def test_a_scan_has_no_words() -> None:
    assert read("pdf", pdf()) == ("empty", "")
    assert read("txt", b" \n ") == ("empty", "")


def test_a_file_with_a_password_is_not_read_but_one_that_only_forbids_printing_is() -> None:
    assert read("pdf", locked(pdf("Secret caddies"), password="secret")) == ("locked", "")
    assert read("pdf", locked(pdf("Open caddies"), password="")) == ("read", "Open caddies")


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        ("pdf", b"%PDF-1.4 and then nothing"),
        ("pdf", b""),
        ("docx", b"PK\x03\x04 not a zip"),
        ("docx", docx(body=b"<w:p><w:r>")),
        ("docx", pdf("A PDF by another name")),
    ],
)
def test_a_damaged_file_does_no_harm(suffix: str, content: bytes) -> None:
    assert read(suffix, content) in {("failed", ""), ("empty", "")}


def test_a_bomb_is_given_up_and_does_not_take_the_worker_along() -> None:
    bomb = docx(body=b"<w:p><w:r><w:t>" + b" " * 200_000_000 + b"</w:t></w:r></w:p>")
    assert len(bomb) < 1_000_000
    assert read("docx", bomb) == ("failed", "")
    deep = docx(body=b"<w:p>" * 1_000_000)
    assert read("docx", deep)[0] == "failed"
    laughing = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">%s]><a>&a30;</a>' % b"".join(
        b'<!ENTITY a%d "&a%d;&a%d;">' % (n, n - 1, n - 1) for n in range(1, 31)
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", laughing)
    assert read("docx", made.getvalue())[0] == "failed"
    squeezed = zlib.compress(b" " * 300_000_000)
    assert read("pdf", pdf(squeezed=squeezed))[0] in {"empty", "failed"}


def test_a_long_file_is_cut_and_a_slow_one_is_given_up() -> None:
    state, text = read("txt", b"bins " * 500_000)
    assert state == "read"
    assert len(text) <= 200_000
    assert read("txt", b"bins", seconds=0.001) == ("failed", "")


# With a story


@pytest.fixture
def publish(cast: Cast, db: None, django_capture_on_commit_callbacks: Any) -> Callable[..., StoryPage]:
    """Publish a story with a file, as the product does, and let what hangs on the commit run."""
    rebuilding.rebuild()

    def publish(content: bytes, suffix: str = "pdf", community: Any = None) -> StoryPage:
        with django_capture_on_commit_callbacks(execute=True):
            story = make_story(community or cast.waste, by=cast.carol, title="Bins", live=False)
            draft = story.get_latest_revision_as_object()
            item = StoryAttachment(title="Figures", name=f"a.{suffix}", content_type=TYPES[suffix], size=len(content))
            item.file.save(f"a.{suffix}", ContentFile(content), save=False)
            draft.attachments.add(item)
            draft.save_revision(user=cast.carol).publish()
        outbox.drain()
        story.refresh_from_db()
        return story

    return publish


def found(words: str, person: Any = None) -> list[tuple[str, bool]]:
    from search.engines import engine
    from search.query import Query

    return [(hit.title, hit.attached) for hit in engine().search(Query.ask(words, person=person)).hits]


def test_a_story_is_found_by_the_words_of_its_file_and_says_so(publish: Callable[..., StoryPage]) -> None:
    publish(pdf("Weighbridge tonnages by ward"))
    assert found("weighbridge") == [("Bins", True)]


def test_what_is_attached_is_as_private_as_the_story(cast: Cast, publish: Callable[..., StoryPage]) -> None:
    inside = make_community("Inside", facilitator=cast.carol, visibility="members")
    publish(docx("Weighbridge tonnages"), "docx", inside)
    assert found("weighbridge") == found("weighbridge", cast.eve) == []
    assert found("weighbridge", cast.carol) == [("Bins", True)]


def test_a_file_is_read_once_whatever_is_published_later(
    publish: Callable[..., StoryPage], django_capture_on_commit_callbacks: Any
) -> None:
    story = publish(pdf("Weighbridge"))
    before = AttachedText.objects.get().read_at
    with django_capture_on_commit_callbacks(execute=True):
        story.title = "Bins again"
        story.save_revision().publish()
    assert AttachedText.objects.get().read_at == before
    assert found("weighbridge") == [("Bins again", True)]


def test_a_file_that_is_taken_away_is_not_found(
    publish: Callable[..., StoryPage], django_capture_on_commit_callbacks: Any
) -> None:
    story = publish(pdf("Weighbridge"))
    with django_capture_on_commit_callbacks(execute=True):
        draft = story.get_latest_revision_as_object()
        draft.attachments = []
        draft.save_revision().publish()
    assert found("weighbridge") == []


def test_what_was_missed_is_read_by_the_command(publish: Callable[..., StoryPage]) -> None:
    story = publish(pdf("Weighbridge"))
    AttachedText.objects.all().delete()
    assert not documents.read("story", [story.pk])[story.pk].attached
    call_command("read_attachments", stdout=StringIO())
    assert documents.read("story", [story.pk])[story.pk].attached == "Weighbridge"
    assert not attached.unread()


def test_a_file_that_is_gone_is_said_and_tried_again_only_when_asked(publish: Callable[..., StoryPage]) -> None:
    publish(pdf("Weighbridge"))
    AttachedText.objects.all().delete()
    default_storage.delete(str(StoryAttachment.objects.get().file))
    call_command("read_attachments", stdout=StringIO())
    assert AttachedText.objects.get().state == "failed"
    assert not attached.unread()
    assert attached.unread(failed_too=True).count() == 1


def test_the_words_go_with_the_story(
    cast: Cast, publish: Callable[..., StoryPage], django_capture_on_commit_callbacks: Any
) -> None:
    story = publish(pdf("Weighbridge"))
    with django_capture_on_commit_callbacks(execute=True):
        moderating.delete(story, by=cast.dina, reason="It was a mistake")
    assert not AttachedText.objects.exists()
