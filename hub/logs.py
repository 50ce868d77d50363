"""What the site writes down while it runs: one line an event, JSON in production, readable under DEBUG.

Each line of a request carries its id. Lines hold no personal data: a route in place of an address (which may hold a
name or a token), no query, no mail address, no client address, no person.
"""

import logging
import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from structlog.types import EventDict, Processor, WrappedLogger

log = structlog.get_logger("hub.requests")

MAIL_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(\.[\w-]+)+")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def route_of(request: HttpRequest) -> str:
    """Which page was asked for, as the map of the site writes it."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "-"


def route_for_path(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Django's own lines about a request end with its path. Say the route instead."""
    record: logging.LogRecord | None = event.get("_record")
    request = getattr(record, "request", None)
    if record is not None and record.name.startswith("django.") and isinstance(request, HttpRequest):
        event["event"] = str(event["event"]).split(f": {request.path}")[0]
        event["route"] = route_of(request)
    return event


def without_mail_addresses(logger: WrappedLogger, name: str, line: str) -> str:
    """The last word: no mail address leaves, wherever in the line it stood (an error of the database quotes rows)."""
    return MAIL_ADDRESS.sub("(a mail address)", line)


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configuration(*, readable: bool, level: str) -> dict[str, Any]:
    """LOGGING for Django, and structlog set up to go the same way."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Processor] = (
        [structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)]
        if readable
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*SHARED, route_for_path],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *last,
                    without_mail_addresses,
                ],
            }
        },
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # Below an error, these say again what the line of the request says, with the path in it.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            # These name what people write, and each task twice.
            "wagtail": {"level": "WARNING"},
            "django_tasks": {"level": "WARNING"},
        },
    }


class RequestLogMiddleware:
    """Gives each request an id and writes one line when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and say how long it took."""
        given = request.META.get("HTTP_X_REQUEST_ID", "") if settings.PROXY_COUNT else ""
        request_id = given if REQUEST_ID.fullmatch(given) else uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            log.info(
                "request",
                method=request.method,
                route=route_of(request),
                status=response.status_code,
                ms=round((time.perf_counter() - began) * 1000, 1),
            )
        response.headers["X-Request-ID"] = request_id
        return response
