"""The hook by which operators have each given file looked at, such as by a virus scanner."""

import logging
import subprocess
import tempfile

from django.conf import settings

from hub.refusal import Refused

SECONDS = 60
logger = logging.getLogger(__name__)


def scan(content: bytes) -> None:
    """Ask SCAN_COMMAND about a file: 0 lets it pass, 1 refuses it, anything else says that it cannot be looked at now.

    The command gets the name of a file that only this process and its user can read. Without one, all pass.
    """
    if not settings.SCAN_COMMAND:
        return
    with tempfile.NamedTemporaryFile(prefix="given-") as file:
        file.write(content)
        file.flush()
        try:
            done = subprocess.run(
                [*settings.SCAN_COMMAND, file.name],
                capture_output=True,
                timeout=SECONDS,
                check=False,
                stdin=subprocess.DEVNULL,
            )
            code = done.returncode
        except (OSError, subprocess.TimeoutExpired):
            code = -1
    if code == 1:
        logger.warning("A given file was refused by SCAN_COMMAND")
        raise Refused("Our scanner found something harmful in that file. Ask your IT colleagues to look at it.")
    if code:
        logger.error("SCAN_COMMAND could not look at a file", extra={"code": code})
        raise Refused("We cannot check files at the moment, so we cannot take yours. Try again a little later.")
