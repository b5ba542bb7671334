#!/bin/sh
# db: what is in the file, its health, copies of it and of some of its runs, and many files into one.
rlbench=${RLBENCH_SELF:-rlbench}
mkdir -p "$SCRATCH/run" && chmod 700 "$SCRATCH/run" || exit 99
export XDG_RUNTIME_DIR="$SCRATCH/run" LC_ALL=C.UTF-8
cd "$SCRATCH" || exit 99
failed=0
try() {
    what=$*
    expected=$1
    shift
    "$@" > out 2> err
    got=$?
    [ "$got" = "$expected" ] || complain "exit code $got"
}
complain() {
    echo "FAILED: $what: $*" >&2
    sed 's/^/    out: /' out >&2
    sed 's/^/    err: /' err >&2
    failed=1
}
out() { grep -q -e "$1" out || complain "'$1' is not in its output"; }
err() { grep -q -e "$1" err || complain "'$1' is not in its messages"; }
value() { "$rlbench" query --db "$1" --format csv "$2" | tail -1 | tr -d '\r'; }

printf '%s\n' 'version: 1' 'name: short' 'env: {name: chain}' 'algorithm: {name: q-learning}' 'budget: {steps: 2000}' \
    'seeds: 1' 'log: {every: 100}' > short.yaml
try 66 "$rlbench" db info --db a.db
try 66 "$rlbench" db vacuum --db a.db
[ ! -e a.db ] || complain 'asking makes no file'
try 64 "$rlbench" db
try 64 "$rlbench" db chek
err "did you mean 'check'"
for seed in 1 2 3; do
    try 0 "$rlbench" run short.yaml --db a.db --quiet --seeds "$seed..$seed"
done
try 0 "$rlbench" run short.yaml --db a.db --quiet --seeds 2 --set algorithm.params.step_size=0.5

try 0 "$rlbench" db info --db a.db
out '^runs  *5$'
out '^schema  *[0-9]'
try 0 "$rlbench" db info --db a.db --json
out '"runs":5'
out '"written_by":"rlbench '
try 0 "$rlbench" db check --db a.db
out '^sound$'
try 0 "$rlbench" db check --db a.db --json
out '"sound":true'
try 0 "$rlbench" db migrate --db a.db
out 'nothing to do'
try 0 "$rlbench" db vacuum --db a.db
out 'bytes'

# a backup is the same file to every question
try 0 "$rlbench" db backup --db a.db b.db
out '^b.db$'
try 73 "$rlbench" db backup --db a.db b.db
err 'is there already'
for table in run param attempt point summary episode event artifact provenance recipe experiment; do
    [ "$(value a.db "SELECT count(*) FROM $table")" = "$(value b.db "SELECT count(*) FROM $table")" ] ||
        complain "$table differs in the backup"
done

# some runs, complete, with their files
try 64 "$rlbench" db copy --db a.db
try 66 "$rlbench" db copy --db a.db --runs algo=nobody c.db
[ ! -e c.db ] || complain 'nothing chosen makes no file'
try 0 "$rlbench" db copy --db a.db --runs 'algorithm.params.step_size=0.5' --artifacts files c.db
out '2 runs, [2-9] files'
[ "$(value c.db 'SELECT count(*) FROM run')" = 2 ] || complain 'runs'
[ "$(value c.db 'SELECT count(*) FROM experiment')" = 1 ] || complain 'experiments'
uid=$(value c.db 'SELECT min(uid) FROM run')
for part in 'SELECT group_concat(value) FROM v_point' 'SELECT group_concat(ret) FROM v_episode' \
    'SELECT group_concat(key || value) FROM v_provenance' 'SELECT group_concat(msg) FROM event' \
    'SELECT group_concat(txt) FROM param'; do
    by="WHERE run_id = (SELECT id FROM run WHERE uid = '$uid')"
    [ "$(value a.db "$part $by")" = "$(value c.db "$part $by")" ] || complain "$part differs"
done
file=$(value c.db "SELECT path FROM artifact JOIN run r ON r.id = run_id WHERE kind = 'checkpoint' AND uid = '$uid'")
case $file in
"$(pwd -P)/files/$uid/"*) ;;
*) complain "the checkpoint is $file" ;;
esac
[ "$(sha256sum < "$file" | cut -c 1-64)" = "$(value c.db "SELECT sha256 FROM artifact WHERE path = '$file'")" ] ||
    complain 'the copied file is another one'
try 73 "$rlbench" db copy --db a.db c.db
try 0 "$rlbench" verify --db c.db "$uid" --quiet
out 'equal: digest'
try 0 "$rlbench" db check --db c.db

# merging: the copy into the whole changes nothing, the whole into the copy completes it
try 0 "$rlbench" db merge --db a.db c.db
out '0 added, 0 replaced, 2 there already'
try 0 "$rlbench" db merge --db c.db a.db b.db --json
out '"added":3'
[ "$(value c.db 'SELECT count(*) FROM run')" = 5 ] || complain 'runs after the merge'
[ "$(value c.db 'SELECT count(*) FROM experiment')" = 4 ] || complain 'experiments after the merge'
try 0 "$rlbench" db check --db c.db
try 66 "$rlbench" db merge --db c.db nowhere.db
try 64 "$rlbench" db merge --db c.db
for seed in 1 2 3; do
    try 0 "$rlbench" run short.yaml --db "spool$seed.db" --quiet --seeds "$seed..$seed"
done
try 0 "$rlbench" db merge --db whole.db --join spool1.db spool2.db spool3.db
[ "$(value whole.db 'SELECT count(*) FROM experiment')" = 3 ] || complain 'plans of other seeds are other plans'
echo 'no database' > text.db
try 65 "$rlbench" db merge --db whole.db text.db
exit $failed
