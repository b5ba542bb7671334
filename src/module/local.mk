src_libcore_a_SOURCES += \
	src/module/bench.c src/module/bench.h \
	src/module/cache.c src/module/cache.h \
	src/module/children.c \
	src/module/conform.c src/module/conform.h src/module/conform_check.h \
	src/module/conform_algo.c \
	src/module/conform_bare.c src/module/conform_bare.h \
	src/module/conform_course.c src/module/conform_course.h \
	src/module/conform_env.c \
	src/module/conform_extras.c \
	src/module/conform_interfaces.c \
	src/module/conform_model.c \
	src/module/conform_pair.c \
	src/module/conform_resume.c \
	src/module/conform_run.c \
	src/module/desc.c \
	src/module/dump.c src/module/dump.h \
	src/module/dump_run.c \
	src/module/mapped.c src/module/mapped.h \
	src/module/module.c src/module/module.h \
	src/module/param.c \
	src/module/registry.c src/module/registry.h \
	src/module/role.c src/module/role.h \
	src/module/scan.c src/module/scan.h \
	src/module/verify.c src/module/verify.h \
	src/module/verify_rows.c
