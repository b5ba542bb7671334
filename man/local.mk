dist_man_MANS += man/rlbench.1
dist_man_MANS += man/rlbench-bench.1
dist_man_MANS += man/rlbench-completion.1
dist_man_MANS += man/rlbench-db.1
dist_man_MANS += man/rlbench-verify.1
dist_man_MANS += man/rlbench-sweep.1
dist_man_MANS += man/rlbench-config.5
dist_man_MANS += man/rlbench-dataset.5
dist_man_MANS += man/rlbench-cluster.7
dist_man_MANS += man/rlbench-db.5
dist_man_MANS += man/rlbench-keys.7
dist_man_MANS += man/rlbench-recipe.5
dist_man_MANS += man/rlbench-nn.3
dist_man_MANS += man/rlbench-plugin.3
dist_man_MANS += man/rlbench-tutorial.7
dist_man_MANS += man/rlbench-rl.3
dist_man_MANS += man/rlbench-compare.1
dist_man_MANS += man/rlbench-diff.1
dist_man_MANS += man/rlbench-export.1
dist_man_MANS += man/rlbench-plot.1
dist_man_MANS += man/rlbench-report.1
dist_man_MANS += man/rlbench-stats.1
dist_man_MANS += man/rlbench-stats.7

# A page for every shipped plugin, made from its tables; what is in man/<id>.inc goes in after the description.
plugin_pages = \
	man/rlbench-acrobot.7 \
	man/rlbench-cartpole.7 \
	man/rlbench-chain.7 \
	man/rlbench-continuous-maze.7 \
	man/rlbench-dqn.7 \
	man/rlbench-fedsarsa.7 \
	man/rlbench-forward-backward.7 \
	man/rlbench-garnet.7 \
	man/rlbench-gc-dqn.7 \
	man/rlbench-goal-grid.7 \
	man/rlbench-gigastep.7 \
	man/rlbench-gridworld.7 \
	man/rlbench-mountain-car.7 \
	man/rlbench-nlhf.7 \
	man/rlbench-pendulum.7 \
	man/rlbench-ppo.7 \
	man/rlbench-prefgame-matrix.7 \
	man/rlbench-prefgame-sequence.7 \
	man/rlbench-q-learning.7 \
	man/rlbench-rlhf.7 \
	man/rlbench-reach3d.7 \
	man/rlbench-sarsa.7 \
	man/rlbench-slhf-net.7 \
	man/rlbench-slhf.7 \
	man/rlbench-successor-features.7 \
	man/rlbench-zhang-mdp.7
if MUJOCO
plugin_pages += \
	man/rlbench-cheetah.7 \
	man/rlbench-point-mass-maze.7 \
	man/rlbench-quadruped.7 \
	man/rlbench-walker.7
endif
EXTRA_DIST += man/cheetah.inc
EXTRA_DIST += man/point-mass-maze.inc
EXTRA_DIST += man/quadruped.inc
EXTRA_DIST += man/walker.inc
EXTRA_DIST += man/fedsarsa.inc
EXTRA_DIST += man/forward-backward.inc
EXTRA_DIST += man/gc-dqn.inc
EXTRA_DIST += man/successor-features.inc
EXTRA_DIST += man/acrobot.inc
EXTRA_DIST += man/cartpole.inc
EXTRA_DIST += man/continuous-maze.inc
EXTRA_DIST += man/dqn.inc
EXTRA_DIST += man/goal-grid.inc
EXTRA_DIST += man/gigastep.inc
EXTRA_DIST += man/mountain-car.inc
EXTRA_DIST += man/pendulum.inc
EXTRA_DIST += man/ppo.inc
EXTRA_DIST += man/nlhf.inc
EXTRA_DIST += man/rlhf.inc
EXTRA_DIST += man/slhf.inc
EXTRA_DIST += man/reach3d.inc
EXTRA_DIST += man/slhf-net.inc
nodist_man_MANS += $(plugin_pages)
CLEANFILES += $(plugin_pages) man/pages.stamp
$(plugin_pages): man/pages.stamp
man/pages.stamp: rlbench$(EXEEXT) $(pluginexec_LTLIBRARIES)
	$(AM_V_GEN)$(MKDIR_P) man && rm -rf man/cache && for page in $(plugin_pages); do \
	  id=`echo $$page | $(SED) -e 's,.*/rlbench-,,' -e 's,\.7$$,,'`; \
	  RLBENCH_SELF=$(abs_builddir)/rlbench RLBENCH_PLUGIN_PATH=$(abs_builddir)/plugins/.libs \
	  XDG_CACHE_HOME=$(abs_builddir)/man/cache ./rlbench plugins $$id --man >$$page.tmp || exit 1; \
	  if test -f $(srcdir)/man/$$id.inc; then \
	    $(SED) -e '/^\.\\" body$$/r $(srcdir)/man/'$$id.inc $$page.tmp >$$page.new && mv $$page.new $$page.tmp || exit 1; \
	  fi; \
	  mv $$page.tmp $$page || exit 1; \
	done && rm -rf man/cache && touch $@

# A page for every verb that has none in man/: made from its table; what is in man/verb/<name>.inc goes in as its text.
verb_pages = \
	man/rlbench-artifacts.1 \
	man/rlbench-attach.1 \
	man/rlbench-check.1 \
	man/rlbench-data.1 \
	man/rlbench-doctor.1 \
	man/rlbench-envs.1 \
	man/rlbench-ls.1 \
	man/rlbench-pause.1 \
	man/rlbench-plugins.1 \
	man/rlbench-query.1 \
	man/rlbench-resume.1 \
	man/rlbench-run.1 \
	man/rlbench-schema.1 \
	man/rlbench-set.1 \
	man/rlbench-show.1 \
	man/rlbench-stop.1
EXTRA_DIST += man/verb/artifacts.inc
EXTRA_DIST += man/verb/attach.inc
EXTRA_DIST += man/verb/check.inc
EXTRA_DIST += man/verb/data.inc
EXTRA_DIST += man/verb/doctor.inc
EXTRA_DIST += man/verb/envs.inc
EXTRA_DIST += man/verb/ls.inc
EXTRA_DIST += man/verb/pause.inc
EXTRA_DIST += man/verb/plugins.inc
EXTRA_DIST += man/verb/query.inc
EXTRA_DIST += man/verb/resume.inc
EXTRA_DIST += man/verb/run.inc
EXTRA_DIST += man/verb/schema.inc
EXTRA_DIST += man/verb/set.inc
EXTRA_DIST += man/verb/show.inc
EXTRA_DIST += man/verb/stop.inc
nodist_man_MANS += $(verb_pages)
CLEANFILES += $(verb_pages) man/verbs.stamp
$(verb_pages): man/verbs.stamp
man/verbs.stamp: rlbench$(EXEEXT) man/local.mk
	$(AM_V_GEN)$(MKDIR_P) man && for page in $(verb_pages); do \
	  name=`echo $$page | $(SED) -e 's,.*/rlbench-,,' -e 's,\.1$$,,'`; \
	  ./rlbench --man $$name >$$page.tmp && \
	  $(SED) -e '/^\.\\" body$$/r $(srcdir)/man/verb/'$$name.inc $$page.tmp >$$page || exit 1; \
	  rm -f $$page.tmp; \
	done && touch $@
