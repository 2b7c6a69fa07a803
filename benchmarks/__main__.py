"""Run the benchmarks of the core, of the search for settings and of networks: ``python -m benchmarks``."""

import argparse

from benchmarks import core, network, optimisation

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--scale", type=float, default=1.0, help="share of the usual number of pulses and bits"
    )
    scale = parser.parse_args().scale
    core.main(scale)
    optimisation.main()
    network.main(scale)
