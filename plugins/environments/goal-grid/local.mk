pluginexec_LTLIBRARIES += plugins/goal-grid.la
plugins_goal_grid_la_SOURCES = \
	plugins/environments/goal-grid/goal_grid.c \
	plugins/environments/goal-grid/goal_grid.h \
	plugins/environments/goal-grid/goals.c \
	plugins/environments/goal-grid/layouts.h
plugins_goal_grid_la_CPPFLAGS = $(plugin_cppflags)
plugins_goal_grid_la_LDFLAGS = $(plugin_ldflags)
plugins_goal_grid_la_LIBADD = librlbench.la -lm
