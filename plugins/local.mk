# A plugin is a libtool module named plugins/<id>.la (so it lands in plugins/.libs) built from its own folder; it sees
# only include/rlbench and exports only the entry symbol.
plugin_cppflags = -D_GNU_SOURCE -I$(top_srcdir)/include
# Installed it looks for librlbench one folder up, where it lies, whether or not ldconfig has run since.
plugin_ldflags = $(AM_LDFLAGS) -module -avoid-version -shared -no-undefined \
	-export-symbols-regex '^rlb_module_entry$$' -Wl,-rpath,'$$ORIGIN/..'
# Loops marked `omp simd` become vector code at any optimisation level; nothing else of OpenMP is used.
vector_cflags = -fopenmp-simd

include plugins/algorithms/q-learning/local.mk
include plugins/algorithms/sarsa/local.mk
include plugins/environments/chain/local.mk
include plugins/environments/gridworld/local.mk
include plugins/environments/garnet/local.mk
include plugins/environments/zhang-mdp/local.mk
include plugins/algorithms/dqn/local.mk
include plugins/algorithms/fedsarsa/local.mk
include plugins/algorithms/forward-backward/local.mk
include plugins/algorithms/ppo/local.mk
include plugins/algorithms/preference/local.mk
include plugins/algorithms/preference-net/local.mk
include plugins/environments/cartpole/local.mk
include plugins/environments/mountain-car/local.mk
include plugins/environments/acrobot/local.mk
include plugins/environments/pendulum/local.mk
include plugins/environments/prefgame-matrix/local.mk
include plugins/environments/prefgame-sequence/local.mk
include plugins/environments/continuous-maze/local.mk
include plugins/environments/goal-grid/local.mk
include plugins/environments/mujoco/local.mk
include plugins/environments/reach3d/local.mk
include plugins/environments/gigastep/local.mk

# Plugins are linked again when they are installed, against the installed librlbench, which therefore comes first. (The
# name stands in a variable because automake would take the rule for a redefinition of its own.)
plugin_install = install-pluginexecLTLIBRARIES
$(plugin_install): install-libLTLIBRARIES
