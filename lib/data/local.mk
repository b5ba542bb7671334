# Datasets are both part of librlbench and linked into the program, which must not load the library's LAPACK to start.
noinst_LTLIBRARIES += lib/libdata.la
lib_libdata_la_SOURCES = \
	lib/data/array.c \
	lib/data/array.h \
	lib/data/export.c \
	lib/data/fault.c \
	lib/data/fault.h \
	lib/data/file.c \
	lib/data/import.c \
	lib/data/import.h \
	lib/data/import_rows.c \
	lib/data/import_spaces.c \
	lib/data/layout.c \
	lib/data/layout.h \
	lib/data/npy.c \
	lib/data/spool.c \
	lib/data/spool.h \
	lib/data/writer.c \
	lib/data/zip.h \
	lib/data/zip_read.c \
	lib/data/zip_write.c
lib_libdata_la_CPPFLAGS = -D_GNU_SOURCE -I$(top_srcdir)/include
lib_libdata_la_CFLAGS = $(AM_CFLAGS) $(NETTLE_CFLAGS) $(ZLIB_CFLAGS)
lib_libdata_la_LIBADD = $(NETTLE_LIBS) $(ZLIB_LIBS) -lm
lib_libdata_la_LDFLAGS = $(AM_LDFLAGS)
