"""Every template compiles, keeps the strict policy, and the shared parts say what they promise."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

TEMPLATES = Path(settings.BASE_DIR, "templates")
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())
PAGES = [name for name in NAMES if name.endswith(".html") and not name.startswith("mail/")]


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_it_has_no_inline_style_script_or_handler(name):
    text = (TEMPLATES / name).read_text()
    assert not re.search(
        r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:|<script(?![^>]*\s(src|type=\"application))", text
    )


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("components/")])
def test_a_component_names_what_it_uses(name):
    assert (TEMPLATES / name).read_text().startswith("{# ")


def render_base(path="/", user=None, **context):
    request = RequestFactory().get(path)
    request.user = user or AnonymousUser()
    return render_to_string("base.html", context, request=request)


@pytest.mark.django_db
class TestBase:
    def test_a_visitor_gets_no_token_and_no_personal_text(self):
        html = render_base("/stories/")
        assert "csrfmiddlewaretoken" not in html
        assert "Your inbox" not in html

    def test_a_visitor_comes_back_to_the_page_after_signing_in(self):
        assert "/account/login/?next=%2Fstories%2F%3Ftopic%3Dfood-waste" in render_base("/stories/?topic=food-waste")

    def test_signing_in_from_an_account_page_does_not_lead_back_to_it(self):
        assert "?next=" not in render_base("/account/signup/")

    def test_the_current_page_is_marked(self):
        assert '<a href="/topics/" aria-current="page">' in render_base("/topics/")

    def test_the_part_of_the_site_is_marked_on_the_pages_in_it(self):
        html = render_base("/topics/food-waste/")
        assert '<a href="/topics/" aria-current="true">' in html
        assert html.count("aria-current") == 1

    def test_there_is_a_skip_link_to_the_main_landmark(self):
        html = render_base()
        assert html.index('href="#main"') < html.index("<header")
        assert 'id="main"' in html


@pytest.mark.django_db
class TestYours:
    def tabs(self, person, path="/inbox/"):
        request = RequestFactory().get(path)
        request.user = person
        return render_to_string("components/yours.html", request=request)

    def test_signing_out_is_a_form(self, cast):
        html = self.tabs(cast.alice)
        assert '<form action="/account/logout/" method="post">' in html
        assert "csrfmiddlewaretoken" in html

    def test_only_those_who_facilitate_see_reviews(self, cast):
        assert "Reviews" not in self.tabs(cast.alice)
        assert "Reviews" in self.tabs(cast.carol)
        assert "Reviews" in self.tabs(cast.dina)

    def test_the_current_one_is_marked(self, cast):
        assert '<a href="/write/yours/" aria-current="page">' in self.tabs(cast.alice, "/write/yours/")


class Questions(forms.Form):
    name = forms.CharField(help_text="As your colleagues say it")
    note = forms.CharField(required=False)
    mail = forms.ChoiceField(choices=[("now", "At once"), ("never", "Never")], widget=forms.RadioSelect)
    agree = forms.BooleanField(help_text="Read them first")
    kept = forms.CharField(widget=forms.HiddenInput)


class TestForms:
    def test_label_hint_error_and_control_are_tied_together(self):
        html = str(Questions({}))
        assert '<label for="id_name" id="id_name_label">' in html
        assert 'aria-describedby="id_name_helptext id_name_error"' in html
        assert 'id="id_name_helptext"' in html
        assert 'id="id_name_error"' in html
        assert 'aria-invalid="true"' in html

    def test_the_summary_takes_the_focus_and_links_to_what_is_on_the_page(self):
        html = str(Questions({}))
        assert "data-focus" in html
        assert "hub/js/focus.js" in html
        targets = re.findall(r'<a href="#([^"]+)"', html)
        assert targets == ["id_name", "id_mail", "id_agree"]
        assert all(f'id="{target}"' in html for target in targets)

    def test_without_errors_there_is_no_summary(self):
        assert "data-focus" not in str(Questions())

    def test_radio_buttons_are_choices_in_a_fieldset_with_a_legend(self):
        html = str(Questions())
        assert "<legend>Mail</legend>" in html
        assert html.count('<label class="choice" for="id_mail_') == 2

    def test_a_field_that_may_be_left_out_says_so(self):
        assert 'Note <span class="soft">(optional)</span>' in str(Questions())

    def test_what_was_typed_is_kept(self):
        assert "Alice &amp; Bob" in str(Questions({"name": "Alice & Bob"}))


def test_a_public_page_has_one_address_whatever_name_it_was_asked_by():
    html = render_to_string("components/public.html", {"url": "/stories/", "title": "Bins & “caddies”"})
    assert '<link rel="canonical" href="http://testserver/stories/">' in html
    assert 'content="Bins &amp; “caddies”"' in html
