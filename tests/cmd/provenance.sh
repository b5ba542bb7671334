#!/bin/sh
# What a run was made with: the repository of its recipe, the build, the plugins, the libraries; told anew by every
# attempt.
rlbench=${RLBENCH_SELF:-rlbench}
mkdir -p "$SCRATCH/run" "$SCRATCH/work" && chmod 700 "$SCRATCH/run" || exit 99
export XDG_RUNTIME_DIR="$SCRATCH/run" RLBENCH_DB="$SCRATCH/runs.db" LC_ALL=C.UTF-8
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 HOME="$SCRATCH"
cd "$SCRATCH/work" || exit 99
failed=0
complain() { echo "FAILED: $*" >&2; failed=1; }
fact() { "$rlbench" query --format csv "SELECT $1 FROM run r JOIN experiment x ON x.id = r.experiment_id
    ORDER BY r.id DESC LIMIT 1" | tail -1 | tr -d '\r'; }
run() { "$rlbench" run short.yaml --quiet --set budget.steps="${1:-1000}" > out 2>&1 || { cat out >&2; complain "run"; }; }

cat > short.yaml <<'RECIPE'
version: 1
name: short
env: {name: chain}
algorithm: {name: q-learning}
budget: {steps: 1000}
seeds: 1
RECIPE

# no repository (and no git): nothing is known, and nobody complains
run
[ "$(fact x.git_commit)" = '""' ] || complain "a commit without a repository: $(fact x.git_commit)"
[ -z "$(fact x.git_dirty)" ] || complain 'dirty without a repository'
grep -qi git out && complain 'git is mentioned'
self=$(readlink -f "$rlbench")
RLBENCH_SELF=$self PATH=/nowhere "$self" run short.yaml --quiet > out 2>&1 || complain 'a run without git'

if command -v git > /dev/null; then
    git init -q . && git add short.yaml && git -c user.name=a -c user.email=a@localhost commit -q -m one || exit 99
    head=$(git rev-parse HEAD)
    run
    [ "$(fact x.git_commit),$(fact x.git_dirty)" = "$head,0" ] || complain "clean: $(fact x.git_commit),$(fact x.git_dirty)"
    echo >> short.yaml
    GIT_DIR=/nowhere run # a variable that leads elsewhere
    [ "$(fact x.git_commit),$(fact x.git_dirty)" = "$head,1" ] || complain 'changed'
    git checkout -q short.yaml
    cp short.yaml kept && git rm -q --cached short.yaml && git -c user.name=a -c user.email=a@localhost commit -q -m two
    run
    [ "$(fact x.git_commit),$(fact x.git_dirty)" = "$(git rev-parse HEAD),1" ] || complain 'not committed'
    git status --porcelain | grep -q . || complain 'git itself sees an uncommitted recipe'
else
    echo 'git is not installed: repositories are not tested'
fi

# what the worker tells: digests of the very files
"$rlbench" show @last --provenance > out || complain 'show'
for line in "algorithm.sha256 .*$(sha256sum < "$RLBENCH_PLUGIN_PATH/q-learning.so" | cut -c 1-64)" \
    "environment.sha256 .*$(sha256sum < "$RLBENCH_PLUGIN_PATH/chain.so" | cut -c 1-64)" \
    'build  *[0-9a-f]\{16\}' 'compiler  *[a-z]' 'cpu  ' 'library.libc .*libc' 'compiler.flags .*-ffp-contract=off'; do
    grep -q "$line" out || { cat out >&2; complain "'$line' is not there"; }
done
case $("$rlbench" show @last --provenance --json) in
*'"attempts":[{"attempt":1,'*) ;;
*) complain 'not in JSON' ;;
esac
texts=$("$rlbench" query --format csv 'SELECT count(DISTINCT a.provenance), (SELECT count(*) FROM provenance)
    FROM attempt a' | tail -1 | tr -d '\r')
[ "$texts" = 1,1 ] || complain "the same facts are kept more than once: $texts"

# a later attempt under other circumstances
timeout -s INT 2 "$rlbench" run short.yaml --quiet --set budget.steps=100G > out 2>&1
DNNL_MAX_CPU_ISA=SSE41 timeout -s INT 1 "$rlbench" resume @last --quiet > out 2>&1
"$rlbench" show @last --provenance > out
grep -q 'variable.DNNL_MAX_CPU_ISA  *SSE41' out || { cat out >&2; complain 'a variable that chooses code is not there'; }
[ "$("$rlbench" query --format csv "SELECT count(*) FROM v_provenance WHERE key LIKE 'variable.%'
    AND run_id = (SELECT max(id) FROM run)" | tail -1 | tr -d '\r')" = 1 ] || complain 'not of the second attempt alone'
exit $failed
