#!/bin/sh
# Times CleanRL's PPO or DQN beside ours: trains for STEPS on one thread without tracking, and prints the steps a second
# that CleanRL's own log ends with, the same by processor time (start-up included; the better figure on a busy machine)
# and the mean return of the last 100 episodes.
#
# CHECKOUT is a checkout of github.com/vwxyzjn/cleanrl; PYTHON (default python3) must import torch, tyro, tensorboard
# and gymnasium 0.29.1, the version that CleanRL asks for: with gymnasium 1 its scripts see no episode end. dqn.py
# learns from step 10000 and explores for the first half, so its rate depends on STEPS; published runs have 500000.
if [ $# -lt 3 ] || { [ "$2" != ppo ] && [ "$2" != dqn ]; }; then
    echo "usage: [PYTHON=...] [CORE=N] $0 CHECKOUT ppo|dqn STEPS [ENVIRONMENT [SEED]]" >&2
    exit 2
fi
checkout=$(cd "$1" && pwd) || exit 2
algorithm=$2 steps=$3 environment=${4:-CartPole-v1} seed=${5:-1}
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/cleanrl-XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
cd "$scratch" || exit 1
export PYTHONPATH="$checkout" OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
taskset -c "${CORE:-$(($(nproc) - 1))}" "${PYTHON:-python3}" -u "$checkout/cleanrl/$algorithm.py" --no-cuda \
    --env-id "$environment" --total-timesteps "$steps" --seed "$seed" >log 2>errors || { tail -5 errors >&2; exit 1; }
times >spent
awk -v name="$algorithm $environment" -v steps="$steps" -v revision="$(git -C "$checkout" rev-parse --short HEAD)" '
    FILENAME == "spent" && FNR == 2 { # the children: 1m2.3s of user and of system time
        for (i = 1; i <= 2; i++) { split($i, time, /[ms]/); processor += 60 * time[1] + time[2] }
    }
    /^SPS:/ { rate = $2 }
    /episodic_return=/ { sub(/.*episodic_return=/, ""); gsub(/[^0-9.eE+-]/, ""); returns[n++] = $0 }
    END {
        if (!rate || !n) { print "no rate or no episode in the log of " name > "/dev/stderr"; exit 1 }
        for (i = n > 100 ? n - 100 : 0; i < n; i++) { sum += returns[i]; count++ }
        printf "%s %d steps/s, %.0f a processor second, mean return of the last %d episodes %.2f, CleanRL %s\n",
            name, rate, steps / processor, count, sum / count, revision
    }' log spent
