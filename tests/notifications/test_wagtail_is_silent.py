"""Wagtail sends no mail of its own: it would go to administrators and lead into the admin."""

import pytest
from django.core import mail
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from tests.cast import make_story


@pytest.mark.parametrize("signal", [task_submitted, workflow_submitted, workflow_rejected, workflow_approved])
def test_no_letter_writer_of_wagtail_listens(signal):
    assert not [entry for entry in signal.receivers if "email_notification" in str(entry[0])]


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_whole_review_in_the_workflow_sends_nothing(cast, decision, django_capture_on_commit_callbacks):
    story = make_story(cast.waste, by=cast.alice, live=False)
    with django_capture_on_commit_callbacks(execute=True):
        workflow = story.get_workflow().start(story, cast.alice)
        getattr(workflow.current_task_state, decision)(user=cast.carol)
    assert mail.outbox == []
