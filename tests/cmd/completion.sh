#!/bin/sh
# Completion as a shell asks for it: every verb and option of the tables, recipes, runs, plugins, files; in bash itself,
# and in zsh and fish where they are installed.
rlbench=$(readlink -f "${RLBENCH_SELF:-rlbench}")
mkdir -p "$SCRATCH/run" "$SCRATCH/bin" && chmod 700 "$SCRATCH/run" && ln -s "$rlbench" "$SCRATCH/bin/rlbench" || exit 99
export XDG_RUNTIME_DIR="$SCRATCH/run" RLBENCH_DB="$SCRATCH/runs.db" LC_ALL=C.UTF-8 PATH="$SCRATCH/bin:$PATH"
unset RLBENCH_SELF
cd "$SCRATCH" || exit 99
failed=0
complain() { echo "FAILED: $*" >&2; failed=1; }
words() { rlbench completion words -- "$@" | cut -f 1 | tr '\n' ' '; }
has() { case " $(cat got) " in *" $1 "*) ;; *) complain "$what: '$1' is not among: $(cat got)" ;; esac; }
lacks() { case " $(cat got) " in *" $1 "*) complain "$what: '$1' is among them" ;; esac; }
ask() { what="rlbench $*"; words "$@" > got; }

# every verb, and of every verb every option that its help lists
for verb in $(rlbench --help | sed -n '/^Verbs/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    ask ''
    has "$verb"
    ask "$verb" -
    for option in $(rlbench "$verb" --help | sed -n 's/^  \(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p'); do
        has "$option"
    done
done
ask sho
[ "$(cat got)" = 'show ' ] || complain "sho: $(cat got)"
ask nonsense ''
[ ! -s got ] || complain 'an unknown verb has no arguments'

printf '%s\n' 'version: 1' 'name: short' 'env: {name: chain}' 'algorithm: {name: q-learning}' 'budget: {steps: 100}' \
    'seeds: 1' > short.yaml
ask run ''
has quickstart
has :files
ask show ''
has @last # without a database
rlbench run short.yaml --quiet > out 2>&1 || complain 'run'
uid=$(rlbench query --format csv 'SELECT substr(uid, 1, 6) FROM run' | tail -1 | tr -d '\r')
ask show ''
has "$uid"
ask resume 1 "$(printf %.2s "$uid")" # a verb of many runs
has "$uid"
ask show "$uid" '' # a verb of one
lacks "$uid"
mv runs.db other.db
ask show --db other.db ''
has "$uid"
mv other.db runs.db
ask stats ''
has short
has "$uid"
ask stats --metric q_
has q_rmse
ask export --what ''
has episodes
ask plugins ''
has q-learning
has gridworld
has check
ask envs ''
has gridworld
lacks q-learning
ask db ''
has merge
lacks :files
ask db merge ''
has :files
ask run quickstart --color ''
has never
lacks quickstart
ask run --color=a
has --color=auto
ask query --format ''
has csv
ask artifacts --out ''
has :folders
ask ls st
has state=
ask completion ''
has fish

for shell in bash zsh fish; do
    rlbench completion $shell > "$shell.script" || complain "$shell"
    if command -v $shell > /dev/null; then
        $shell -n "$shell.script" || complain "$shell does not take its script"
    else
        echo "$shell is not installed: its script is not tried"
    fi
done
rlbench completion tcsh > out 2>&1 && complain 'tcsh is not known'

# in bash, as a key would: the line, the function, what it replies
cat > reply.bash <<'SCRIPT'
source bash.script
COMP_LINE=$1 COMP_POINT=${#1}
_rlbench
printf '%s\n' "${COMPREPLY[@]}" | tr '\n' ' '
SCRIPT
reply() { what="bash: $1"; bash reply.bash "$1" > got 2> err; [ -s err ] && complain "$what: $(cat err)"; }
if command -v bash > /dev/null; then
    complete=$(bash -c 'source bash.script; complete -p rlbench')
    [ "$complete" = 'complete -F _rlbench rlbench' ] || complain "$complete"
    reply 'rlbench ver'
    has verify
    reply 'rlbench run quick'
    has quickstart
    reply 'rlbench show @l' # bash cuts words at @
    has last
    reply 'rlbench run --color=n'
    has never
    reply 'rlbench check sho'
    has short.yaml
    reply "rlbench show $(printf %.3s "$uid")"
    has "$uid"
    reply 'rlbench db '
    has backup
fi
if command -v fish > /dev/null; then
    fish -c 'source fish.script; complete -C "rlbench ver"' | cut -f 1 > got
    has verify
fi
exit $failed
