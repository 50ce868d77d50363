"""The practice room as a Django application."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """Set-up of the practice room."""

    name = "practice"

    def ready(self) -> None:
        """Name the public pages, and listen to what happens to people and to pages."""
        from community.signals import communities_merged, gathering_data, person_leaving
        from practice import appealable, receivers  # noqa: F401
        from practice.leaving import (
            add_invitations,
            add_questions,
            add_remarks,
            add_repeats,
            add_reports,
            add_stories,
            clear_drafts,
            clear_invitations,
            forget_reports,
        )
        from practice.merging import take_along
        from practice.sitemap import add_sections

        add_sections()

        communities_merged.connect(take_along, dispatch_uid="what is told in a community")
        gathering_data.connect(add_repeats, dispatch_uid="what a person repeated")
        gathering_data.connect(add_questions, dispatch_uid="what a person asked")
        gathering_data.connect(add_reports, dispatch_uid="what a person reported")
        gathering_data.connect(add_remarks, dispatch_uid="what a person remarked")
        gathering_data.connect(add_stories, dispatch_uid="stories of a person")
        gathering_data.connect(add_invitations, dispatch_uid="whom a person asked to write")
        person_leaving.connect(clear_invitations, dispatch_uid="what a person was asked to write")
        person_leaving.connect(forget_reports, dispatch_uid="who reported what")
        person_leaving.connect(clear_drafts, dispatch_uid="drafts of a person")
