src_libcore_a_SOURCES += \
	src/worker/checkpoint.c src/worker/checkpoint.h \
	src/worker/evaluate.c \
	src/worker/follow.c \
	src/worker/host.c src/worker/host.h \
	src/worker/internal.h \
	src/worker/job.c src/worker/job.h \
	src/worker/launch_ranks.c \
	src/worker/loop.c \
	src/worker/npy.c src/worker/npy.h \
	src/worker/params.c \
	src/worker/points.c \
	src/worker/provenance.c \
	src/worker/ranks.c src/worker/ranks.h \
	src/worker/results.c \
	src/worker/rig.c src/worker/rig.h \
	src/worker/rig_save.c \
	src/worker/snapshot.c \
	src/worker/spaces.c \
	src/worker/talk.c \
	src/worker/tally.c src/worker/tally.h \
	src/worker/team.c src/worker/team.h src/worker/team_words.h \
	src/worker/venv.c src/worker/venv.h \
	src/worker/venv_save.c \
	src/worker/views.c \
	src/worker/worker.c src/worker/worker.h \
	src/worker/worlds.c
