rlbincludedir = $(includedir)/rlbench
rlbinclude_HEADERS = \
	include/rlbench/interfaces.h \
	include/rlbench/linalg.h \
	include/rlbench/plugin.h \
	include/rlbench/rng.h \
	include/rlbench/tabular.h
