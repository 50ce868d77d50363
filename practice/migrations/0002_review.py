"""The one workflow of the site: a facilitator of the story's community reads it."""

from django.db import migrations


def make_workflow(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    CommunityReview = apps.get_model("practice", "CommunityReview")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    WorkflowTask = apps.get_model("wagtailcore", "WorkflowTask")
    WorkflowPage = apps.get_model("wagtailcore", "WorkflowPage")
    HomePage = apps.get_model("hub", "HomePage")
    if CommunityReview.objects.exists():
        return
    WorkflowPage.objects.all().delete()
    Workflow.objects.all().update(active=False)
    kind, _ = ContentType.objects.get_or_create(model="communityreview", app_label="practice")
    task = CommunityReview.objects.create(name="A facilitator reads it", active=True, content_type=kind)
    workflow = Workflow.objects.create(name="Review by the community", active=True)
    WorkflowTask.objects.create(workflow=workflow, task_id=task.pk, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page_id=HomePage.objects.get().pk)


class Migration(migrations.Migration):
    dependencies = [("practice", "0001_stories"), ("hub", "0002_home")]
    operations = [migrations.RunPython(make_workflow, migrations.RunPython.noop)]
