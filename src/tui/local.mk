src_libcore_a_SOURCES += \
	src/tui/action.h \
	src/tui/actions.def \
	src/tui/control.h \
	src/tui/event.h \
	src/tui/prompt.h \
	src/tui/screen.h \
	src/tui/screens.def \
	src/tui/task.h \
	src/tui/tui.h
