pluginexec_LTLIBRARIES += plugins/zhang-mdp.la
plugins_zhang_mdp_la_SOURCES = plugins/environments/zhang-mdp/zhang.c
plugins_zhang_mdp_la_CPPFLAGS = $(plugin_cppflags)
plugins_zhang_mdp_la_LDFLAGS = $(plugin_ldflags)
plugins_zhang_mdp_la_LIBADD = -lm
