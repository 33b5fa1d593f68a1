"""What holds for the verifier's tests.

`test_production_roots.py` reads the six public certificates of the real CAs, which are not
shipped. It is collected only where `JPKI_ROOTS_DIR` names a directory that holds them.
"""

import os

collect_ignore = [] if "JPKI_ROOTS_DIR" in os.environ else ["test_production_roots.py"]
