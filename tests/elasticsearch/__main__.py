"""`python -m tests.elasticsearch start|stop [PORT]`."""

import sys

from tests.elasticsearch import server


def main(what: str = "", port: str = str(server.PORT)) -> int:
    """Start or stop the server of a port, and say where it is."""
    try:
        if what == "start":
            print(server.start(int(port)))
        elif what == "stop":
            server.stop(int(port))
        else:
            print(__doc__)
            return 2
    except server.NoServer as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
