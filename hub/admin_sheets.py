"""Tables of the admin for a spreadsheet: what the list shows to whoever asks, and no cell that calculates."""

from typing import Any

from hub.spreadsheet import no_formula


class PlainSheets:
    """For a list of the admin, before Wagtail's own class: each cell of its CSV and XLSX files is text, number or date.

    What is exported is what is listed: the same rows, narrowed by the same filters, to the same person.
    """

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """The value for a cell. Words that a spreadsheet would take for a formula get a sign before them."""
        said = super().preprocess_field_value(field, value, export_format)  # type: ignore[misc]
        return no_formula(said) if isinstance(said, str) else said

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """The list, or its file, which no cache keeps."""
        response = super().get(request, *args, **kwargs)  # type: ignore[misc]
        if getattr(self, "is_export", False):
            response["Cache-Control"] = "private, no-store"
        return response
