if MUJOCO
pluginexec_LTLIBRARIES += plugins/mujoco.la
endif
plugins_mujoco_la_SOURCES = \
	plugins/environments/mujoco/cheetah.c \
	plugins/environments/mujoco/module.c \
	plugins/environments/mujoco/physics.c \
	plugins/environments/mujoco/physics.h \
	plugins/environments/mujoco/picture.c \
	plugins/environments/mujoco/point_mass.c \
	plugins/environments/mujoco/quadruped.c \
	plugins/environments/mujoco/start.c \
	plugins/environments/mujoco/tasks.c \
	plugins/environments/mujoco/tolerance.h \
	plugins/environments/mujoco/walker.c \
	plugins/environments/mujoco/world.c \
	plugins/environments/mujoco/world.h \
	plugins/environments/mujoco/worlds.h
plugins_mujoco_la_CPPFLAGS = $(plugin_cppflags)
plugins_mujoco_la_LDFLAGS = $(plugin_ldflags)
plugins_mujoco_la_LIBADD = librlbench.la $(MUJOCO_LIBS) -lm
