"""Write notebooks/glossary.md from the terms of the course.

python -m tools.glossary          write the page
python -m tools.glossary --check  write nothing; exit status 1 if the page is not up to date
"""

import sys

from qkdlab.lab.learning.glossary import PAGE, glossary_page, read_terms
from tools.save_notebooks import NOTEBOOKS


def main(arguments: list[str]) -> int:
    """Write the page, or look at it."""
    path, text = NOTEBOOKS / PAGE, glossary_page(read_terms())
    if "--check" in arguments:
        stale = not path.exists() or path.read_text(encoding="utf-8") != text
        if stale:
            print(f"notebooks/{PAGE} is not what tools.glossary makes: run it.")
        return int(stale)
    path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
