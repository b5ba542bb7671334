pluginexec_LTLIBRARIES += plugins/chain.la
plugins_chain_la_SOURCES = plugins/environments/chain/chain.c
plugins_chain_la_CPPFLAGS = $(plugin_cppflags)
plugins_chain_la_LDFLAGS = $(plugin_ldflags)
plugins_chain_la_LIBADD = librlbench.la -lm
