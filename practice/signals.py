"""What higher rooms may want to know. Each is sent inside the transaction of the change."""

from django.dispatch import Signal

# A story was begun. Arguments: story, by, answers (what it answers, as the room that led to it called it, or nothing).
story_begun = Signal()
# A story was merged into another one, which is published. Arguments: story, into, moved (a dictionary, into which a
# room writes under its own name what it takes to move things back, as JSON keeps it).
story_merged = Signal()
# That was undone. Arguments: story, into, moved (what was written then).
story_parted = Signal()
# A word on stories was changed in bulk. Arguments: stories, people (the ids of those that had it).
words_changed = Signal()
# A word on stories has another address, by a new name or a merger. Arguments: before (its old one), tag (as it is now).
tag_moved = Signal()
# Stories moved to another community in bulk, when theirs became part of it. Arguments: stories (their ids).
stories_moved = Signal()
