EXTRA_DIST += docs/plugin-abi.md
EXTRA_DIST += docs/engine.md
EXTRA_DIST += docs/results/reference-levels.md
EXTRA_DIST += docs/results/forward-backward.md
EXTRA_DIST += docs/results/networks.md
