from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('practice', '0024_merged_stories'),
    ]

    operations = [
        migrations.AddField(
            model_name='reviewstate',
            name='hidden_at',
            field=models.DateTimeField(editable=False, help_text='Since when it was hidden, before this version was approved', null=True),
        ),
    ]
