"""`govt-assistant`, and `python -m web`: the commands are imported, then one of them runs."""

from __future__ import annotations

import gc


def main() -> None:
    """Import without looking for waste meanwhile, a tenth of the time: what is imported stays."""
    gc.disable()
    try:
        from web.cli import app
    finally:
        gc.freeze()
        gc.enable()
    app()


if __name__ == "__main__":
    main()
