dist_check_SCRIPTS = tests/tree/layers.sh
TESTS += $(dist_check_SCRIPTS)
