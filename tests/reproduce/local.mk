# `make reproduce`: the published figures, through the real program. Minutes, so not part of check.
EXTRA_PROGRAMS += tests/reproduce/fedsarsa
tests_reproduce_fedsarsa_SOURCES = tests/reproduce/fedsarsa.c tests/fixture.c tests/fixture.h
tests_reproduce_fedsarsa_LDADD = -lm
EXTRA_DIST += tests/reproduce/fedsarsa.sh docs/results/fedsarsa.md

EXTRA_PROGRAMS += tests/reproduce/deep
tests_reproduce_deep_SOURCES = tests/reproduce/deep.c
tests_reproduce_deep_LDADD = $(core_libs)
EXTRA_DIST += tests/reproduce/deep.sh docs/results/deep.md

EXTRA_PROGRAMS += tests/reproduce/slhf
tests_reproduce_slhf_SOURCES = tests/reproduce/slhf.c
tests_reproduce_slhf_LDADD = -lm
EXTRA_DIST += tests/reproduce/slhf.sh docs/results/slhf.md

reproduce: reproduce-fedsarsa reproduce-deep reproduce-slhf
reproduce-fedsarsa: all tests/reproduce/fedsarsa$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/reproduce/fedsarsa.sh >reproduce-fedsarsa.md; \
	  status=$$?; cat reproduce-fedsarsa.md; exit $$status
reproduce-deep: all tests/reproduce/deep$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/reproduce/deep.sh >reproduce-deep.md; \
	  status=$$?; cat reproduce-deep.md; exit $$status
reproduce-slhf: all tests/reproduce/slhf$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/reproduce/slhf.sh >reproduce-slhf.md; \
	  status=$$?; cat reproduce-slhf.md; exit $$status
CLEANFILES += reproduce-fedsarsa.md reproduce-deep.md reproduce-slhf.md
.PHONY: reproduce reproduce-fedsarsa reproduce-deep reproduce-slhf
