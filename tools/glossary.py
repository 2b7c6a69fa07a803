"""Write notebooks/glossary.md from the terms of the course.

python -m tools.glossary            write it
python -m tools.glossary --check    write nothing; exit status 1 if it is not what is made now
"""

import sys
from collections.abc import Sequence

from qkdlab.lab.learning.glossary import PAGE, glossary_page, read_terms
from tools.pages import write_page
from tools.save_notebooks import NOTEBOOKS


def main(arguments: Sequence[str]) -> None:
    """Write the page, or compare it with `--check`."""
    write_page(NOTEBOOKS / PAGE, glossary_page(read_terms()), "tools/glossary.py", arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
