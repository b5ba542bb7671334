# `make reproduce`: the published figures, through the real program. Minutes, so not part of check.
EXTRA_PROGRAMS += tests/reproduce/fedsarsa
tests_reproduce_fedsarsa_SOURCES = tests/reproduce/fedsarsa.c tests/fixture.c tests/fixture.h
tests_reproduce_fedsarsa_LDADD = -lm
EXTRA_DIST += tests/reproduce/fedsarsa.sh docs/results/fedsarsa.md

reproduce: all tests/reproduce/fedsarsa$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/reproduce/fedsarsa.sh >reproduce-fedsarsa.md; \
	  status=$$?; cat reproduce-fedsarsa.md; exit $$status
CLEANFILES += reproduce-fedsarsa.md
.PHONY: reproduce
