# Modules that break one rule each, for the tests of everything that must survive them; built without sanitizers, so
# that a crash is a signal in every build. Those in tests/hostile/.libs ($RLBENCH_HOSTILE) can be loaded and misbehave in
# a run; those in tests/hostile/load/.libs already fail to load.
hostile_cflags = $(RLB_CFLAGS) -fvisibility=hidden
hostile_cppflags = -D_GNU_SOURCE -I$(top_srcdir)/include
hostile_ldflags = -module -avoid-version -shared -rpath /nowhere -lm
EXTRA_DIST += tests/hostile/hostile.h
check_LTLIBRARIES += $(hostile_modules)
hostile_modules =

hostile_modules += tests/hostile/abort.la
tests_hostile_abort_la_SOURCES = tests/hostile/abort.c
tests_hostile_abort_la_CFLAGS = $(hostile_cflags)
tests_hostile_abort_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_abort_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/crash.la
tests_hostile_crash_la_SOURCES = tests/hostile/crash.c
tests_hostile_crash_la_CFLAGS = $(hostile_cflags)
tests_hostile_crash_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_crash_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/exit.la
tests_hostile_exit_la_SOURCES = tests/hostile/exit.c
tests_hostile_exit_la_CFLAGS = $(hostile_cflags)
tests_hostile_exit_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_exit_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/fail.la
tests_hostile_fail_la_SOURCES = tests/hostile/fail.c
tests_hostile_fail_la_CFLAGS = $(hostile_cflags)
tests_hostile_fail_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_fail_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/forget.la
tests_hostile_forget_la_SOURCES = tests/hostile/forget.c
tests_hostile_forget_la_CFLAGS = $(hostile_cflags)
tests_hostile_forget_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_forget_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/hang.la
tests_hostile_hang_la_SOURCES = tests/hostile/hang.c
tests_hostile_hang_la_CFLAGS = $(hostile_cflags)
tests_hostile_hang_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_hang_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/leak.la
tests_hostile_leak_la_SOURCES = tests/hostile/leak.c
tests_hostile_leak_la_CFLAGS = $(hostile_cflags)
tests_hostile_leak_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_leak_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/litter.la
tests_hostile_litter_la_SOURCES = tests/hostile/litter.c
tests_hostile_litter_la_CFLAGS = $(hostile_cflags)
tests_hostile_litter_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_litter_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/nan.la
tests_hostile_nan_la_SOURCES = tests/hostile/nan.c
tests_hostile_nan_la_CFLAGS = $(hostile_cflags)
tests_hostile_nan_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_nan_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/peek.la
tests_hostile_peek_la_SOURCES = tests/hostile/peek.c
tests_hostile_peek_la_CFLAGS = $(hostile_cflags)
tests_hostile_peek_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_peek_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/print.la
tests_hostile_print_la_SOURCES = tests/hostile/print.c
tests_hostile_print_la_CFLAGS = $(hostile_cflags)
tests_hostile_print_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_print_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/random.la
tests_hostile_random_la_SOURCES = tests/hostile/random.c
tests_hostile_random_la_CFLAGS = $(hostile_cflags)
tests_hostile_random_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_random_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/slices.la
tests_hostile_slices_la_SOURCES = tests/hostile/slices.c
tests_hostile_slices_la_CFLAGS = $(hostile_cflags)
tests_hostile_slices_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_slices_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/load/entry-hang.la
tests_hostile_load_entry_hang_la_SOURCES = tests/hostile/load/entry-hang.c
tests_hostile_load_entry_hang_la_CFLAGS = $(hostile_cflags)
tests_hostile_load_entry_hang_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_load_entry_hang_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/load/load-crash.la
tests_hostile_load_load_crash_la_SOURCES = tests/hostile/load/load-crash.c
tests_hostile_load_load_crash_la_CFLAGS = $(hostile_cflags)
tests_hostile_load_load_crash_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_load_load_crash_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/load/load-exit.la
tests_hostile_load_load_exit_la_SOURCES = tests/hostile/load/load-exit.c
tests_hostile_load_load_exit_la_CFLAGS = $(hostile_cflags)
tests_hostile_load_load_exit_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_load_load_exit_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/load/lying-count.la
tests_hostile_load_lying_count_la_SOURCES = tests/hostile/load/lying-count.c
tests_hostile_load_lying_count_la_CFLAGS = $(hostile_cflags)
tests_hostile_load_lying_count_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_load_lying_count_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/load/lying-size.la
tests_hostile_load_lying_size_la_SOURCES = tests/hostile/load/lying-size.c
tests_hostile_load_lying_size_la_CFLAGS = $(hostile_cflags)
tests_hostile_load_lying_size_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_load_lying_size_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/load/missing-symbol.la
tests_hostile_load_missing_symbol_la_SOURCES = tests/hostile/load/missing-symbol.c
tests_hostile_load_missing_symbol_la_CFLAGS = $(hostile_cflags)
tests_hostile_load_missing_symbol_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_load_missing_symbol_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/load/no-entry.la
tests_hostile_load_no_entry_la_SOURCES = tests/hostile/load/no-entry.c
tests_hostile_load_no_entry_la_CFLAGS = $(hostile_cflags)
tests_hostile_load_no_entry_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_load_no_entry_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/load/wrong-abi.la
tests_hostile_load_wrong_abi_la_SOURCES = tests/hostile/load/wrong-abi.c
tests_hostile_load_wrong_abi_la_CFLAGS = $(hostile_cflags)
tests_hostile_load_wrong_abi_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_load_wrong_abi_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/load/wrong-magic.la
tests_hostile_load_wrong_magic_la_SOURCES = tests/hostile/load/wrong-magic.c
tests_hostile_load_wrong_magic_la_CFLAGS = $(hostile_cflags)
tests_hostile_load_wrong_magic_la_CPPFLAGS = $(hostile_cppflags)
tests_hostile_load_wrong_magic_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/world-none.la
tests_hostile_world_none_la_SOURCES = tests/hostile/world.c
tests_hostile_world_none_la_CFLAGS = $(hostile_cflags)
tests_hostile_world_none_la_CPPFLAGS = $(hostile_cppflags) -DFAULT=NONE -DWORLD_ID='"hostile-world-none"'
tests_hostile_world_none_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/world-reward.la
tests_hostile_world_reward_la_SOURCES = tests/hostile/world.c
tests_hostile_world_reward_la_CFLAGS = $(hostile_cflags)
tests_hostile_world_reward_la_CPPFLAGS = $(hostile_cppflags) -DFAULT=BAD_REWARD -DWORLD_ID='"hostile-world-reward"'
tests_hostile_world_reward_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/world-lanes.la
tests_hostile_world_lanes_la_SOURCES = tests/hostile/world.c
tests_hostile_world_lanes_la_CFLAGS = $(hostile_cflags)
tests_hostile_world_lanes_la_CPPFLAGS = $(hostile_cppflags) -DFAULT=LANES -DWORLD_ID='"hostile-world-lanes"'
tests_hostile_world_lanes_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/world-model.la
tests_hostile_world_model_la_SOURCES = tests/hostile/world.c
tests_hostile_world_model_la_CFLAGS = $(hostile_cflags)
tests_hostile_world_model_la_CPPFLAGS = $(hostile_cppflags) -DFAULT=MODEL -DWORLD_ID='"hostile-world-model"'
tests_hostile_world_model_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/world-forget.la
tests_hostile_world_forget_la_SOURCES = tests/hostile/world.c
tests_hostile_world_forget_la_CFLAGS = $(hostile_cflags)
tests_hostile_world_forget_la_CPPFLAGS = $(hostile_cppflags) -DFAULT=FORGET -DWORLD_ID='"hostile-world-forget"'
tests_hostile_world_forget_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/world-resets.la
tests_hostile_world_resets_la_SOURCES = tests/hostile/world.c
tests_hostile_world_resets_la_CFLAGS = $(hostile_cflags)
tests_hostile_world_resets_la_CPPFLAGS = $(hostile_cppflags) -DFAULT=RESETS -DWORLD_ID='"hostile-world-resets"'
tests_hostile_world_resets_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/world-space.la
tests_hostile_world_space_la_SOURCES = tests/hostile/world.c
tests_hostile_world_space_la_CFLAGS = $(hostile_cflags)
tests_hostile_world_space_la_CPPFLAGS = $(hostile_cppflags) -DFAULT=SPACE -DWORLD_ID='"hostile-world-space"'
tests_hostile_world_space_la_LDFLAGS = $(hostile_ldflags)

hostile_modules += tests/hostile/world-peek.la
tests_hostile_world_peek_la_SOURCES = tests/hostile/world.c
tests_hostile_world_peek_la_CFLAGS = $(hostile_cflags)
tests_hostile_world_peek_la_CPPFLAGS = $(hostile_cppflags) -DFAULT=PEEK -DWORLD_ID='"hostile-world-peek"'
tests_hostile_world_peek_la_LDFLAGS = $(hostile_ldflags)
