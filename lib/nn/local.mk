# Networks. Built with what lets the compiler vectorise loops of float32; sums are still added in one fixed order.
noinst_LTLIBRARIES += lib/libnn.la
lib_libnn_la_SOURCES = \
	lib/nn/activation.c \
	lib/nn/activation.h \
	lib/nn/arith.c \
	lib/nn/attention.c \
	lib/nn/attention.h \
	lib/nn/cache.c \
	lib/nn/conv2d.c \
	lib/nn/dense.c \
	lib/nn/embedding.c \
	lib/nn/fold.c \
	lib/nn/gaussian.h \
	lib/nn/gemm.c \
	lib/nn/gemm.h \
	lib/nn/gru.c \
	lib/nn/heads_categorical.c \
	lib/nn/heads_gaussian.c \
	lib/nn/heads_sample.c \
	lib/nn/heads_spread.c \
	lib/nn/heads_tanh.c \
	lib/nn/initial.c \
	lib/nn/layer_norm.c \
	lib/nn/losses_categorical.c \
	lib/nn/losses_contrastive.c \
	lib/nn/losses_direction.c \
	lib/nn/losses_gaussian.c \
	lib/nn/losses_pair.c \
	lib/nn/losses_ppo.c \
	lib/nn/losses_quantile.c \
	lib/nn/lstm.c \
	lib/nn/mlp.c \
	lib/nn/net.c \
	lib/nn/node.h \
	lib/nn/normalize.c \
	lib/nn/optim.c \
	lib/nn/pixels.c \
	lib/nn/plan.c \
	lib/nn/pointwise.c \
	lib/nn/positions.c \
	lib/nn/product.c \
	lib/nn/recurrent_parts.c \
	lib/nn/recurrent_parts.h \
	lib/nn/reduce.c \
	lib/nn/row.c \
	lib/nn/rows.h \
	lib/nn/run.c \
	lib/nn/select.c \
	lib/nn/simd.h \
	lib/nn/slice.c \
	lib/nn/softmax.c \
	lib/nn/squash.h \
	lib/nn/swap.c \
	lib/nn/tape.c \
	lib/nn/tape_parts.h \
	lib/nn/transformer.c \
	lib/nn/view.c \
	lib/nn/windows.c \
	lib/nn/windows.h
lib_libnn_la_CPPFLAGS = -D_GNU_SOURCE $(DNNL_CPPFLAGS) -I$(top_srcdir)/include
lib_libnn_la_CFLAGS = $(AM_CFLAGS) $(NN_CFLAGS)
lib_libnn_la_LIBADD = $(DNNL_LIBS) -lm
