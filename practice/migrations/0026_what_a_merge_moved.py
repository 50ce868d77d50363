import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('practice', '0025_readings_of_hidden_stories'),
    ]

    operations = [
        migrations.AddField(
            model_name='storymerge',
            name='moved',
            field=models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
        ),
        migrations.AlterField(
            model_name='report',
            name='outcome',
            field=models.CharField(blank=True, choices=[('nothing', 'It stays as it is'), ('asked', 'Its author was asked to correct it'), ('hidden', 'It was hidden'), ('withdrawn', 'It was withdrawn'), ('merged', 'It was merged into another story')], max_length=10),
        ),
    ]
