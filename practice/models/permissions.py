"""What editors may do to a story in the Wagtail admin: read it and write it. It is decided on the website alone."""

from wagtail.models import Page, PagePermissionTester


class StoryPermissions(PagePermissionTester):
    """The doors of the admin that are shut for stories. Each has a page on the website instead."""

    def can_publish(self) -> bool:
        """Never here: what a facilitator read is what is published."""
        return False

    def can_unpublish(self) -> bool:
        """Never here: a story is withdrawn."""
        return False

    def can_submit_for_moderation(self) -> bool:
        """Never here: its authors send it."""
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Never here."""
        return False

    def can_move(self) -> bool:
        """Never here: moving it may show it to other people."""
        return False

    def can_move_to(self, destination: Page) -> bool:
        """Never here."""
        return False

    def can_copy(self) -> bool:
        """Never: a story is told once."""
        return False

    def can_lock(self) -> bool:
        """Never: an author may always go on writing."""
        return False

    def can_set_view_restrictions(self) -> bool:
        """Never: its community says who may read it."""
        return False

    def can_unschedule(self) -> bool:
        """Never here: its times are chosen on the website."""
        return False
