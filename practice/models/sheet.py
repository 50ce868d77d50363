"""What a community looks at before a story goes out, and what its facilitators say most often."""

from dataclasses import dataclass

from django.db import models

CHECKLIST = [
    "Nobody can be recognised without having agreed",
    "It says what it cost",
    "Each figure says how it was counted",
    "Nothing sells a supplier",
]
REASONS = """What did it cost
Please say what it took: people, money and time, roughly. Readers ask that first.

How do you know
You say that it worked. How did you find out? A figure with how it was counted, or what somebody said, is enough.

What went wrong on the way
Colleagues who want to do the same need the detours too: who said no, what you would leave out next time.

Somebody can be recognised
A person can be recognised in this. Take the name or the detail out, or say that they agreed.

It is told already
This is told here already. If you did it too, say on that story how it went at your council.

It sells something
This reads like the offer of a supplier. We publish what a council did and learned, so we leave this one out."""


@dataclass(frozen=True)
class Reason:
    """Something that is said often: what it is called, and the words that the author gets."""

    name: str
    words: str


class ReviewSheet(models.Model):
    """The checklist and the ready reasons of one community. Without a row, those that every community begins with."""

    community = models.OneToOneField("community.CommunityPage", on_delete=models.CASCADE, related_name="review_sheet")
    checklist = models.TextField(blank=True, help_text="A line for each thing to look at")
    reasons = models.TextField(blank=True, help_text="A paragraph each; its first line is its name")
    edition = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"What is looked at in {self.community_id}"

    def lines(self) -> list[str]:
        """The checklist, line by line."""
        return lines_of(self.checklist)

    def ready(self) -> list[Reason]:
        """The ready reasons."""
        return reasons_of(self.reasons)


def lines_of(text: str) -> list[str]:
    """The lines of a text that say something, each once."""
    return list(dict.fromkeys(line for line in (" ".join(each.split()) for each in text.splitlines()) if line))


def reasons_of(text: str) -> list[Reason]:
    """The paragraphs of a text: the first line of each is its name, and its words too where there are no others.

    >>> [reason.words for reason in reasons_of("Cost\\nWhat did it cost?\\n\\nThank you")]
    ['What did it cost?', 'Thank you']
    """
    reasons: list[Reason] = []
    paragraph: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line := line.strip():
            paragraph.append(line)
        elif paragraph:
            reasons.append(Reason(paragraph[0], "\n".join(paragraph[1:]) or paragraph[0]))
            paragraph = []
    return reasons
