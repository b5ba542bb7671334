noinst_HEADERS += tests/fuzz.h tests/wire/sample.h
check_PROGRAMS += tests/wire/test_codec tests/wire/test_link
tests_wire_test_codec_SOURCES = tests/wire/test_codec.c
tests_wire_test_codec_LDADD = $(test_libs)
tests_wire_test_link_SOURCES = tests/wire/test_link.c
tests_wire_test_link_LDADD = $(test_libs)

# With --enable-fuzzing: tests/wire/fuzz_wire CORPUS; otherwise a test of seeds and mutations.
if FUZZING
noinst_PROGRAMS += tests/wire/fuzz_wire
fuzz_define = -DLIBFUZZER
fuzz_link = -fsanitize=fuzzer
else
check_PROGRAMS += tests/wire/fuzz_wire
endif
tests_wire_fuzz_wire_SOURCES = tests/wire/fuzz_wire.c
tests_wire_fuzz_wire_CPPFLAGS = $(AM_CPPFLAGS) $(fuzz_define)
tests_wire_fuzz_wire_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
tests_wire_fuzz_wire_LDADD = $(test_libs)
