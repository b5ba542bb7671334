/* Networks: tape.h (tensors, parameters, the tape), ops.h (operations), layers.h, attention.h,
 * heads.h (distributions), losses.h, optim.h (optimisers). rlbench-nn(3) has a complete worked
 * example. */
/* Networks: tape.h (tensors, parameters, the tape), ops.h (operations), layers.h, recurrent.h
 * (LSTM, GRU), conv.h (convolutions), heads.h
 * (distributions), losses.h, optim.h (optimisers). rlbench-nn(3) has a complete worked example. */
#ifndef RLBENCH_NN_H
#define RLBENCH_NN_H

#include <rlbench/attention.h>
#include <rlbench/conv.h>
#include <rlbench/heads.h>
#include <rlbench/layers.h>
#include <rlbench/losses.h>
#include <rlbench/ops.h>
#include <rlbench/optim.h>
#include <rlbench/recurrent.h>
#include <rlbench/tape.h>

#endif
