"""The forms of Wagtail's administration of people."""

from typing import Any

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm

from community.accounts import set_address
from community.appointing import appoint_editor, dismiss_editor
from community.models import Person


class PersonAdminForm(WagtailAdminModelForm):
    """A person, as an administrator sees them. Whether they edit the site goes through the verb that appoints."""

    class Meta:
        model = Person
        fields = ["name", "email", "council", "role_title", "is_active", "is_editor", "is_superuser"]
        labels = {"name": "Name", "role_title": "What they do", "is_superuser": "Administrator"}
        help_texts = {
            "email": "They confirm it the next time they sign in",
            "is_superuser": "May do everything, and appoints editors",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        editing_self = kwargs.pop("editing_self", False)
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.was_editor = bool(self.instance.pk and self.instance.is_editor)
        if editing_self:
            for name in ("is_active", "is_superuser"):
                del self.fields[name]

    def clean_email(self) -> str:
        """One account an address, whatever its case."""
        email = self.cleaned_data["email"].lower()
        if Person.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("There is an account with this address already.")
        return email

    def save(self, commit: bool = True) -> Person:
        """Save the person, then appoint or dismiss them, then follow a new address."""
        person: Person = super().save(commit=False)
        wanted, person.is_editor = person.is_editor, self.was_editor
        is_new = person.pk is None
        if is_new:
            person.set_unusable_password()
        person.save()
        if wanted != self.was_editor:
            (appoint_editor if wanted else dismiss_editor)(person, by=self.for_user)
            person.is_editor = wanted
        if is_new or "email" in self.changed_data:
            set_address(person, by=self.for_user, email=person.email)
        return person
