# Games of preferences, solved exactly.
librlbench_la_SOURCES += \
	lib/preference/bradley_terry.c \
	lib/preference/distribution.c \
	lib/preference/lanes.c \
	lib/preference/matrix.c \
	lib/preference/nash.c \
	lib/preference/stackelberg.c
