# Sourced by tests: a Slurm of one node of our own in $SCRATCH/slurm, with its own munge, torn down at exit.
# start_slurm sets SLURM_CONF and fails where that cannot be.
slurm_pids=
stop_slurm() {
    for pid in $slurm_pids; do kill "$pid" 2> /dev/null; done
    for tries in 1 2 3 4 5 6 7 8 9 10; do
        alive=
        for pid in $slurm_pids; do kill -0 "$pid" 2> /dev/null && alive="$alive $pid"; done
        [ -n "$alive" ] || break
        sleep 0.3
    done
    for pid in $alive; do kill -9 "$pid" 2> /dev/null; done
    slurm_pids=
}
start_slurm() {
    at=$SCRATCH/slurm user=$(id -un) host=$(hostname -s)
    port=$((20000 + $$ % 20000))
    mkdir -p "$at/state" "$at/spool" && chmod 755 "$SCRATCH" "$at" || return 1
    (umask 077 && head -c 1024 /dev/urandom > "$at/key")
    cat > "$at/slurm.conf" << EOF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
AuthInfo=socket=$at/munge.socket
CredType=cred/munge
StateSaveLocation=$at/state
SlurmdSpoolDir=$at/spool
SlurmctldPidFile=$at/slurmctld.pid
SlurmdPidFile=$at/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerParameters=sched_interval=1,batch_sched_delay=0
MinJobAge=300
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:4
EOF
    export SLURM_CONF="$at/slurm.conf"
    munged --foreground --force --key-file="$at/key" --socket="$at/munge.socket" --pid-file="$at/munged.pid" \
        --log-file="$at/munged.log" --seed-file="$at/munged.seed" > "$at/munged.out" 2>&1 &
    slurm_pids=$!
    sleep 0.5
    slurmctld -D -f "$SLURM_CONF" > "$at/slurmctld.out" 2>&1 &
    slurm_pids="$! $slurm_pids"
    slurmd -D -f "$SLURM_CONF" > "$at/slurmd.out" 2>&1 &
    slurm_pids="$! $slurm_pids"
    for tries in $(seq 60); do
        sinfo -h -o %T 2> /dev/null | grep -q idle && return 0
        sleep 0.5
    done
    tail -5 "$at"/*.out "$at"/*.log >&2
    return 1
}
