# A plugin is a libtool module named plugins/<id>.la (so it lands in plugins/.libs) built from its own folder; it sees
# only include/rlbench and exports only the entry symbol.
plugin_cppflags = -D_GNU_SOURCE -I$(top_srcdir)/include
plugin_ldflags = $(AM_LDFLAGS) -module -avoid-version -shared -no-undefined \
	-export-symbols-regex '^rlb_module_entry$$'

include plugins/algorithms/q-learning/local.mk
include plugins/algorithms/sarsa/local.mk
include plugins/environments/chain/local.mk
include plugins/environments/gridworld/local.mk
include plugins/environments/garnet/local.mk
include plugins/environments/zhang-mdp/local.mk
include plugins/algorithms/fedsarsa/local.mk
