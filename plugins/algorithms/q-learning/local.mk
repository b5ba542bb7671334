pluginexec_LTLIBRARIES += plugins/q-learning.la
plugins_q_learning_la_SOURCES = plugins/algorithms/q-learning/q-learning.c
plugins_q_learning_la_CPPFLAGS = $(plugin_cppflags)
plugins_q_learning_la_LDFLAGS = $(plugin_ldflags)
plugins_q_learning_la_LIBADD = librlbench.la -lm
