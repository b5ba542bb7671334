# Datasets are both part of librlbench and linked into the program, which must not load the library's LAPACK to start.
noinst_LTLIBRARIES += lib/libdata.la
lib_libdata_la_SOURCES = \
	lib/data/fault.c \
	lib/data/fault.h \
	lib/data/file.c \
	lib/data/layout.c \
	lib/data/layout.h \
	lib/data/npy.c \
	lib/data/spool.c \
	lib/data/spool.h \
	lib/data/writer.c
lib_libdata_la_CPPFLAGS = -D_GNU_SOURCE -I$(top_srcdir)/include
lib_libdata_la_CFLAGS = $(AM_CFLAGS) $(NETTLE_CFLAGS)
lib_libdata_la_LIBADD = $(NETTLE_LIBS)
lib_libdata_la_LDFLAGS = $(AM_LDFLAGS)
