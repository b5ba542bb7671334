dist_man_MANS += man/rlbench.1
dist_man_MANS += man/rlbench-db.5
dist_man_MANS += man/rlbench-keys.7
