nn_check = tests/lib/nn/gradcheck.c tests/lib/nn/gradcheck.h tests/fixture.c tests/fixture.h
nn_check_libs = $(test_libs) librlbench.la -lm

check_PROGRAMS += tests/lib/nn/test_dense
tests_lib_nn_test_dense_SOURCES = tests/lib/nn/test_dense.c $(nn_check)
tests_lib_nn_test_dense_LDADD = $(nn_check_libs)

check_PROGRAMS += tests/lib/nn/test_optim
tests_lib_nn_test_optim_SOURCES = tests/lib/nn/test_optim.c $(nn_check)
tests_lib_nn_test_optim_LDADD = $(nn_check_libs)
EXTRA_DIST += tests/lib/nn/make_optim_fixture.py tests/lib/nn/optim_fixture.txt
check_PROGRAMS += tests/lib/nn/test_ops
tests_lib_nn_test_ops_SOURCES = tests/lib/nn/test_ops.c $(nn_check)
tests_lib_nn_test_ops_LDADD = $(nn_check_libs)
EXTRA_DIST += tests/lib/nn/make_ops_fixture.py tests/lib/nn/ops_fixture.txt

check_PROGRAMS += tests/lib/nn/test_ops_edges
tests_lib_nn_test_ops_edges_SOURCES = tests/lib/nn/test_ops_edges.c $(nn_check)
tests_lib_nn_test_ops_edges_LDADD = $(nn_check_libs)

check_PROGRAMS += tests/lib/nn/test_activation
tests_lib_nn_test_activation_SOURCES = tests/lib/nn/test_activation.c $(nn_check)
tests_lib_nn_test_activation_LDADD = $(nn_check_libs)
EXTRA_DIST += tests/lib/nn/make_activation_fixture.py tests/lib/nn/activation_fixture.txt

check_PROGRAMS += tests/lib/nn/test_simd
tests_lib_nn_test_simd_SOURCES = tests/lib/nn/test_simd.c
tests_lib_nn_test_simd_CFLAGS = $(AM_CFLAGS) $(NN_CFLAGS)
tests_lib_nn_test_simd_LDADD = $(test_libs) -lm

check_PROGRAMS += tests/lib/nn/test_gemm
tests_lib_nn_test_gemm_SOURCES = tests/lib/nn/test_gemm.c
tests_lib_nn_test_gemm_LDADD = $(test_libs) lib/libnn.la -lm

check_PROGRAMS += tests/lib/nn/test_attention
tests_lib_nn_test_attention_SOURCES = tests/lib/nn/test_attention.c $(nn_check)
tests_lib_nn_test_attention_LDADD = $(nn_check_libs)
EXTRA_DIST += tests/lib/nn/attention_fixture.txt tests/lib/nn/make_attention_fixture.py

check_PROGRAMS += tests/lib/nn/test_transformer
tests_lib_nn_test_transformer_SOURCES = tests/lib/nn/test_transformer.c $(nn_check)
tests_lib_nn_test_transformer_LDADD = $(nn_check_libs)
nn_opcase = tests/lib/nn/opcase.c tests/lib/nn/opcase.h $(nn_check)
EXTRA_DIST += tests/lib/nn/torch_case.py

check_PROGRAMS += tests/lib/nn/test_heads
tests_lib_nn_test_heads_SOURCES = tests/lib/nn/test_heads.c $(nn_opcase)
tests_lib_nn_test_heads_LDADD = $(nn_check_libs)
EXTRA_DIST += tests/lib/nn/make_heads_fixture.py tests/lib/nn/heads_fixture.txt

check_PROGRAMS += tests/lib/nn/test_losses
tests_lib_nn_test_losses_SOURCES = tests/lib/nn/test_losses.c $(nn_opcase)
EXTRA_DIST += tests/lib/nn/make_losses_fixture.py tests/lib/nn/losses_fixture.txt
tests_lib_nn_test_losses_LDADD = $(nn_check_libs)
check_PROGRAMS += tests/lib/nn/test_recurrent
tests_lib_nn_test_recurrent_SOURCES = tests/lib/nn/test_recurrent.c $(nn_check)
tests_lib_nn_test_recurrent_LDADD = $(nn_check_libs)
EXTRA_DIST += tests/lib/nn/make_recurrent_fixture.py tests/lib/nn/recurrent.txt

check_PROGRAMS += tests/lib/nn/test_conv2d
tests_lib_nn_test_conv2d_SOURCES = tests/lib/nn/test_conv2d.c $(nn_check)
tests_lib_nn_test_conv2d_LDADD = $(nn_check_libs)
EXTRA_DIST += tests/lib/nn/make_conv2d_fixture.py tests/lib/nn/conv2d.txt

check_PROGRAMS += tests/lib/nn/test_layers
tests_lib_nn_test_layers_SOURCES = tests/lib/nn/test_layers.c $(nn_check)
tests_lib_nn_test_layers_LDADD = $(nn_check_libs)
EXTRA_DIST += tests/lib/nn/make_layers_fixture.py tests/lib/nn/layers_fixture.txt

check_PROGRAMS += tests/lib/nn/test_tape
tests_lib_nn_test_tape_SOURCES = tests/lib/nn/test_tape.c $(nn_check)
tests_lib_nn_test_tape_LDADD = $(nn_check_libs)

check_PROGRAMS += tests/lib/nn/test_tape_errors
tests_lib_nn_test_tape_errors_SOURCES = tests/lib/nn/test_tape_errors.c $(nn_check)
tests_lib_nn_test_tape_errors_LDADD = $(nn_check_libs)

check_PROGRAMS += tests/lib/nn/test_net
tests_lib_nn_test_net_SOURCES = tests/lib/nn/test_net.c $(nn_check)
tests_lib_nn_test_net_LDADD = $(nn_check_libs)

check_PROGRAMS += tests/lib/nn/test_samplers
tests_lib_nn_test_samplers_SOURCES = tests/lib/nn/test_samplers.c $(nn_check)
tests_lib_nn_test_samplers_LDADD = $(nn_check_libs)

dist_check_SCRIPTS += tests/lib/nn/example.sh
