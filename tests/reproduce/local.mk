# `make reproduce`: the published figures, through the real program. Minutes, so not part of check.
EXTRA_PROGRAMS += tests/reproduce/fedsarsa
tests_reproduce_fedsarsa_SOURCES = tests/reproduce/fedsarsa.c tests/fixture.c tests/fixture.h
tests_reproduce_fedsarsa_LDADD = -lm
EXTRA_DIST += tests/reproduce/fedsarsa.sh docs/results/fedsarsa.md

EXTRA_PROGRAMS += tests/reproduce/deep
tests_reproduce_deep_SOURCES = tests/reproduce/deep.c
tests_reproduce_deep_LDADD = $(core_libs)
EXTRA_DIST += tests/reproduce/deep.sh docs/results/deep.md

reproduce: reproduce-fedsarsa reproduce-deep
reproduce-fedsarsa: all tests/reproduce/fedsarsa$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/reproduce/fedsarsa.sh >reproduce-fedsarsa.md; \
	  status=$$?; cat reproduce-fedsarsa.md; exit $$status
reproduce-deep: all tests/reproduce/deep$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/reproduce/deep.sh >reproduce-deep.md; \
	  status=$$?; cat reproduce-deep.md; exit $$status
CLEANFILES += reproduce-fedsarsa.md reproduce-deep.md
.PHONY: reproduce reproduce-fedsarsa reproduce-deep
