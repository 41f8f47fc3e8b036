"""The Hub: what a download would bring, and the download itself; only light sessions import this.

huggingface_hub reads its settings when it is imported, so they are made here, before any module
of this package imports it.
"""

from __future__ import annotations

import os

os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
# Plain HTTP goes on inside a file after a broken connection, tells its bytes as they come, and
# works behind proxies and mirrors; HF_HUB_DISABLE_XET=0 asks for the other way.
os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
