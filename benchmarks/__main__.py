"""Run the benchmarks of the core and of the search for settings: ``python -m benchmarks [--scale 0.01]``."""

import argparse

from benchmarks import core, optimisation

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--scale", type=float, default=1.0, help="share of the usual number of pulses and bits"
    )
    core.main(parser.parse_args().scale)
    optimisation.main()
