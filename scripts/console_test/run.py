"""Drives the console as a person would. Each check is a function below; the last line counts them."""
import argparse
import sys
import traceback

import checks
import looks
from desk import Server, browser


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--axe", required=True, help="axe.min.js")
    parser.add_argument("--pictures", help="a folder for pictures of every page")
    parser.add_argument("--only", default="", help="run the checks whose names hold this")
    options = parser.parse_args()
    server = Server(options.binary)
    passed = failed = 0
    try:
        with browser() as chromium:
            desk = checks.Desk(server, chromium, options)
            for check in [*checks.ALL, *looks.ALL]:
                if options.only not in check.__name__:
                    continue
                try:
                    check(desk)
                    passed += 1
                    print(f"ok   {check.__name__}", flush=True)
                except Exception:  # noqa: BLE001, what failed is told and the next is tried
                    failed += 1
                    print(f"FAIL {check.__name__}\n{traceback.format_exc()}", flush=True)
    finally:
        server.stop()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
