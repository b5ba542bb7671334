EXTRA_DIST += docs/plugin-abi.md
