dist_man_MANS += man/rlbench.1
