# Plugins run under a host of the tests' own (fake_host), which loads the modules that the program loads.
fake_host = tests/plugins/fake_host.c tests/plugins/fake_host.h
EXTRA_DIST += tests/plugins/make_fedsarsa_fixture.py tests/plugins/fedsarsa_fixture.txt

check_PROGRAMS += tests/plugins/test_garnet
tests_plugins_test_garnet_SOURCES = tests/plugins/test_garnet.c $(fake_host)
tests_plugins_test_garnet_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/plugins/test_fedsarsa_exact
tests_plugins_test_fedsarsa_exact_SOURCES = tests/plugins/test_fedsarsa_exact.c $(fake_host) \
	tests/fixture.c tests/fixture.h \
	plugins/algorithms/fedsarsa/exact.c \
	plugins/algorithms/fedsarsa/exact_slope.c \
	plugins/algorithms/fedsarsa/features.c \
	plugins/algorithms/fedsarsa/policy.c
tests_plugins_test_fedsarsa_exact_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/plugins/test_fedsarsa
tests_plugins_test_fedsarsa_SOURCES = tests/plugins/test_fedsarsa.c $(fake_host)
tests_plugins_test_fedsarsa_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/plugins/test_zhang_mdp
tests_plugins_test_zhang_mdp_SOURCES = tests/plugins/test_zhang_mdp.c $(fake_host)
tests_plugins_test_zhang_mdp_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/plugins/test_fedsarsa_claims
tests_plugins_test_fedsarsa_claims_SOURCES = tests/plugins/test_fedsarsa_claims.c $(fake_host)
tests_plugins_test_fedsarsa_claims_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/plugins/test_control tests/plugins/test_worlds
tests_plugins_test_control_SOURCES = tests/plugins/test_control.c $(fake_host)
tests_plugins_test_control_LDADD = $(test_libs) librlbench.la
tests_plugins_test_worlds_SOURCES = tests/plugins/test_worlds.c $(fake_host)
tests_plugins_test_worlds_LDADD = $(test_libs) librlbench.la

control_rig = tests/plugins/control_rig.c tests/plugins/control_rig.h
check_PROGRAMS += tests/plugins/test_classic_control
tests_plugins_test_classic_control_SOURCES = tests/plugins/test_classic_control.c $(control_rig) \
	tests/fixture.c tests/fixture.h
tests_plugins_test_classic_control_LDADD = $(test_libs)
EXTRA_DIST += tests/plugins/make_classic_control_fixture.py tests/plugins/classic_control_fixture.txt

# The same worlds without the loops' versions for newer instruction sets.
check_LTLIBRARIES += tests/plugins/plain/cartpole.la
tests_plugins_plain_cartpole_la_SOURCES = $(plugins_cartpole_la_SOURCES)
tests_plugins_plain_cartpole_la_CPPFLAGS = $(plugin_cppflags) -DRLB_CLONES=
tests_plugins_plain_cartpole_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
tests_plugins_plain_cartpole_la_LDFLAGS = $(plugin_ldflags) -rpath /nowhere
tests_plugins_plain_cartpole_la_LIBADD = librlbench.la -lm
check_LTLIBRARIES += tests/plugins/plain/mountain-car.la
tests_plugins_plain_mountain_car_la_SOURCES = $(plugins_mountain_car_la_SOURCES)
tests_plugins_plain_mountain_car_la_CPPFLAGS = $(plugin_cppflags) -DRLB_CLONES=
tests_plugins_plain_mountain_car_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
tests_plugins_plain_mountain_car_la_LDFLAGS = $(plugin_ldflags) -rpath /nowhere
tests_plugins_plain_mountain_car_la_LIBADD = librlbench.la -lm
check_LTLIBRARIES += tests/plugins/plain/acrobot.la
tests_plugins_plain_acrobot_la_SOURCES = $(plugins_acrobot_la_SOURCES)
tests_plugins_plain_acrobot_la_CPPFLAGS = $(plugin_cppflags) -DRLB_CLONES=
tests_plugins_plain_acrobot_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
tests_plugins_plain_acrobot_la_LDFLAGS = $(plugin_ldflags) -rpath /nowhere
tests_plugins_plain_acrobot_la_LIBADD = librlbench.la -lm
check_LTLIBRARIES += tests/plugins/plain/pendulum.la
tests_plugins_plain_pendulum_la_SOURCES = $(plugins_pendulum_la_SOURCES)
tests_plugins_plain_pendulum_la_CPPFLAGS = $(plugin_cppflags) -DRLB_CLONES=
tests_plugins_plain_pendulum_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
tests_plugins_plain_pendulum_la_LDFLAGS = $(plugin_ldflags) -rpath /nowhere
tests_plugins_plain_pendulum_la_LIBADD = librlbench.la -lm
check_LTLIBRARIES += tests/plugins/plain/continuous-maze.la
tests_plugins_plain_continuous_maze_la_SOURCES = $(plugins_continuous_maze_la_SOURCES)
tests_plugins_plain_continuous_maze_la_CPPFLAGS = $(plugin_cppflags) -DRLB_CLONES=
tests_plugins_plain_continuous_maze_la_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
tests_plugins_plain_continuous_maze_la_LDFLAGS = $(plugin_ldflags) -rpath /nowhere
tests_plugins_plain_continuous_maze_la_LIBADD = librlbench.la -lm
check_PROGRAMS += tests/plugins/test_clones
tests_plugins_test_clones_SOURCES = tests/plugins/test_clones.c $(control_rig)
tests_plugins_test_clones_LDADD = $(test_libs)

check_PROGRAMS += tests/plugins/test_dqn tests/plugins/test_ppo
tests_plugins_test_dqn_SOURCES = tests/plugins/test_dqn.c tests/plugins/by_hand.h $(fake_host)
tests_plugins_test_dqn_LDADD = $(test_libs) librlbench.la
tests_plugins_test_ppo_SOURCES = tests/plugins/test_ppo.c tests/plugins/by_hand.h $(fake_host)
tests_plugins_test_ppo_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/plugins/test_prefgames
tests_plugins_test_prefgames_SOURCES = tests/plugins/test_prefgames.c $(fake_host)
tests_plugins_test_prefgames_LDADD = $(test_libs) librlbench.la
check_PROGRAMS += tests/plugins/test_goal_grid
tests_plugins_test_goal_grid_SOURCES = tests/plugins/test_goal_grid.c $(fake_host)
tests_plugins_test_goal_grid_LDADD = $(test_libs) librlbench.la
check_PROGRAMS += tests/plugins/test_continuous_maze
tests_plugins_test_continuous_maze_SOURCES = tests/plugins/test_continuous_maze.c $(fake_host)
tests_plugins_test_continuous_maze_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/plugins/test_slhf
tests_plugins_test_slhf_SOURCES = tests/plugins/test_slhf.c $(fake_host) \
	plugins/algorithms/preference/duel.c \
	plugins/algorithms/preference/problem.c \
	plugins/algorithms/preference/tree.c
tests_plugins_test_slhf_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
tests_plugins_test_slhf_LDADD = $(test_libs) librlbench.la
check_PROGRAMS += tests/plugins/test_forward_backward_loss
tests_plugins_test_forward_backward_loss_SOURCES = tests/plugins/test_forward_backward_loss.c $(fake_host) \
	$(nn_check) \
	plugins/algorithms/forward-backward/law.c \
	plugins/algorithms/forward-backward/loss.c \
	plugins/algorithms/forward-backward/truth.c \
	plugins/algorithms/forward-backward/world.c
tests_plugins_test_forward_backward_loss_LDADD = $(test_libs) librlbench.la
tests_plugins_test_forward_backward_loss_CFLAGS = $(AM_CFLAGS) $(vector_cflags)

check_PROGRAMS += tests/plugins/test_forward_backward
tests_plugins_test_forward_backward_SOURCES = tests/plugins/test_forward_backward.c $(fake_host) \
	plugins/algorithms/forward-backward/truth.c \
	plugins/algorithms/forward-backward/world.c
tests_plugins_test_forward_backward_LDADD = $(test_libs) librlbench.la

if MUJOCO
check_PROGRAMS += tests/plugins/test_mujoco tests/plugins/test_point_mass
endif
tests_plugins_test_mujoco_SOURCES = tests/plugins/test_mujoco.c $(fake_host) tests/fixture.c tests/fixture.h
tests_plugins_test_mujoco_LDADD = $(test_libs) librlbench.la
tests_plugins_test_point_mass_SOURCES = tests/plugins/test_point_mass.c $(fake_host)
tests_plugins_test_point_mass_LDADD = $(test_libs) librlbench.la
EXTRA_DIST += \
	tests/plugins/make_mujoco_fixture.c \
	tests/plugins/make_mujoco_fixture.py \
	tests/plugins/mujoco_fixture.txt

check_PROGRAMS += tests/plugins/test_preference_baselines
tests_plugins_test_preference_baselines_SOURCES = tests/plugins/test_preference_baselines.c $(fake_host) \
	plugins/algorithms/preference/lp.c \
	plugins/algorithms/preference/problem.c \
	plugins/algorithms/preference/solo.c \
	plugins/algorithms/preference/tree.c
tests_plugins_test_preference_baselines_CFLAGS = $(AM_CFLAGS) $(vector_cflags)
tests_plugins_test_preference_baselines_LDADD = $(test_libs) librlbench.la $(GLPK_LIBS)
check_PROGRAMS += tests/plugins/test_reach3d
tests_plugins_test_reach3d_SOURCES = tests/plugins/test_reach3d.c $(fake_host)
tests_plugins_test_reach3d_LDADD = $(test_libs) librlbench.la

# The kernel of gigastep in the test itself, which puts states and random numbers into it.
gigastep_rig = tests/plugins/gigastep_rig.c tests/plugins/gigastep_rig.h $(gigastep_sources)
gigastep_test_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins
check_PROGRAMS += tests/plugins/test_gigastep_fixture
tests_plugins_test_gigastep_fixture_SOURCES = tests/plugins/test_gigastep_fixture.c $(gigastep_rig)
tests_plugins_test_gigastep_fixture_CPPFLAGS = $(gigastep_test_cppflags)
tests_plugins_test_gigastep_fixture_CFLAGS = $(AM_CFLAGS) $(gigastep_cflags)
tests_plugins_test_gigastep_fixture_LDADD = $(test_libs)
EXTRA_DIST += tests/plugins/gigastep/make_fixture.py
EXTRA_DIST += tests/plugins/gigastep/hide_and_seek_5_vs_5_pobs_vec_maps_disc.npy
EXTRA_DIST += tests/plugins/gigastep/identical_1_vs_1_fobs_vec_maps_cont.npy
EXTRA_DIST += tests/plugins/gigastep/identical_20_vs_5_fobs_vec_maps_disc.npy
EXTRA_DIST += tests/plugins/gigastep/identical_2_vs_2_pobs_vec_void_cont.npy
EXTRA_DIST += tests/plugins/gigastep/identical_5_vs_5_pobs_vec_maps_disc.npy
EXTRA_DIST += tests/plugins/gigastep/special_10_vs_3_pobs_vec_maps_disc.npy
EXTRA_DIST += tests/plugins/gigastep/special_5_vs_1_pobs_rgb_maps_disc.npy
EXTRA_DIST += tests/plugins/gigastep/special_5_vs_5_fobs_vec_maps_cont.npy
EXTRA_DIST += tests/plugins/gigastep/waypoint_5_vs_3_fobs_rgb_maps_disc.npy
EXTRA_DIST += tests/plugins/gigastep/waypoint_5_vs_3_pobs_vec_maps_disc.npy
check_PROGRAMS += tests/plugins/test_gigastep_rules
tests_plugins_test_gigastep_rules_SOURCES = tests/plugins/test_gigastep_rules.c $(gigastep_rig)
tests_plugins_test_gigastep_rules_CPPFLAGS = $(gigastep_test_cppflags)
tests_plugins_test_gigastep_rules_CFLAGS = $(AM_CFLAGS) $(gigastep_cflags)
tests_plugins_test_gigastep_rules_LDADD = $(test_libs)
check_PROGRAMS += tests/plugins/test_gigastep_symmetry
tests_plugins_test_gigastep_symmetry_SOURCES = tests/plugins/test_gigastep_symmetry.c $(gigastep_rig)
tests_plugins_test_gigastep_symmetry_CPPFLAGS = $(gigastep_test_cppflags)
tests_plugins_test_gigastep_symmetry_CFLAGS = $(AM_CFLAGS) $(gigastep_cflags)
tests_plugins_test_gigastep_symmetry_LDADD = $(test_libs)
check_LTLIBRARIES += tests/plugins/plain/gigastep.la
tests_plugins_plain_gigastep_la_SOURCES = $(plugins_gigastep_la_SOURCES)
tests_plugins_plain_gigastep_la_CPPFLAGS = $(plugin_cppflags) -DRLB_CLONES=
tests_plugins_plain_gigastep_la_CFLAGS = $(AM_CFLAGS) $(gigastep_cflags)
tests_plugins_plain_gigastep_la_LDFLAGS = $(plugin_ldflags) -rpath /nowhere
tests_plugins_plain_gigastep_la_LIBADD = librlbench.la -lm
check_PROGRAMS += tests/plugins/test_gigastep_lanes
tests_plugins_test_gigastep_lanes_SOURCES = tests/plugins/test_gigastep_lanes.c $(control_rig)
tests_plugins_test_gigastep_lanes_LDADD = $(test_libs)
check_PROGRAMS += tests/plugins/test_zero_shot_baselines
tests_plugins_test_zero_shot_baselines_SOURCES = tests/plugins/test_zero_shot_baselines.c $(fake_host) \
	plugins/algorithms/forward-backward/truth.c \
	plugins/algorithms/forward-backward/world.c
tests_plugins_test_zero_shot_baselines_LDADD = $(test_libs) librlbench.la

check_PROGRAMS += tests/plugins/test_slhf_net
tests_plugins_test_slhf_net_SOURCES = tests/plugins/test_slhf_net.c $(fake_host) \
	plugins/algorithms/preference-net/speaker.c
tests_plugins_test_slhf_net_LDADD = $(test_libs) librlbench.la
