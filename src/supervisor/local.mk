src_libcore_a_SOURCES += \
	src/supervisor/alert_state.c \
	src/supervisor/alerts.c src/supervisor/alerts.h \
	src/supervisor/client.h src/supervisor/supervisor.h src/supervisor/internal.h \
	src/supervisor/batch.c src/supervisor/claim.c src/supervisor/client.c src/supervisor/command.c src/supervisor/commit.c src/supervisor/control.c \
	src/supervisor/detach.c src/supervisor/end.c src/supervisor/lines.c src/supervisor/loop.c \
	src/supervisor/messages.c src/supervisor/run.c src/supervisor/spawn.c \
	src/supervisor/trials.c src/supervisor/trials.h
