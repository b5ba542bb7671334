/* rlbench completion: a short script per shell, which asks this program for the words: they come
 * from the tables of verbs and options, so that they are never behind. */
#include "cmd/cmd.h"
#include "cmd/complete.h"

#include <stdio.h>
#include <string.h>

static const struct opt opts[] = {{NULL, 0, NULL, NULL}};

/* The line is cut at blanks by ourselves: bash cuts at @ and =, too, and expects back only what
 * follows the last of them. */
static const char bash[] =
    "# bash completion for rlbench: source <(rlbench completion bash)\n"
    "_rlbench() {\n"
    "    local -a words\n"
    "    local line=${COMP_LINE:0:COMP_POINT} word rest cur cut\n"
    "    read -ra words <<< \"$line\"\n"
    "    [[ $line == *[[:space:]] ]] && words+=('')\n"
    "    cur=${words[${#words[@]} - 1]}\n"
    "    cut=${cur%\"${cur##*[@=:]}\"}\n"
    "    COMPREPLY=()\n"
    "    while IFS=$'\\t' read -r word rest; do\n"
    "        case $word in\n"
    "        :files) compopt -o filenames 2> /dev/null\n"
    "            while read -r word; do COMPREPLY+=(\"$word\"); done "
    "< <(compgen -f -- \"${cur#--*=}\") ;;\n"
    "        :folders) compopt -o filenames 2> /dev/null\n"
    "            while read -r word; do COMPREPLY+=(\"$word\"); done "
    "< <(compgen -d -- \"${cur#--*=}\") ;;\n"
    "        *=) compopt -o nospace 2> /dev/null; COMPREPLY+=(\"${word#\"$cut\"}\") ;;\n"
    "        *) COMPREPLY+=(\"${word#\"$cut\"}\") ;;\n"
    "        esac\n"
    "    done < <(\"${words[0]}\" completion words -- \"${words[@]:1}\" 2> /dev/null)\n"
    "}\n"
    "complete -F _rlbench rlbench\n";

static const char zsh[] =
    "#compdef rlbench\n"
    "# zsh completion for rlbench: source <(rlbench completion zsh), or as _rlbench in $fpath\n"
    "_rlbench() {\n"
    "    local -a items\n"
    "    local word doc\n"
    "    while IFS=$'\\t' read -r word doc; do\n"
    "        case $word in\n"
    "        (:files) _files ;;\n"
    "        (:folders) _files -/ ;;\n"
    "        (*) items+=(\"${word//:/\\\\:}:$doc\") ;;\n"
    "        esac\n"
    "    done < <($words[1] completion words -- \"${(@)words[2,CURRENT]}\" 2> /dev/null)\n"
    "    (( $#items )) && _describe -t words rlbench items\n"
    "}\n"
    "if [[ $funcstack[1] == _rlbench ]]; then _rlbench \"$@\"; else compdef _rlbench rlbench; fi\n";

static const char fish[] =
    "# fish completion for rlbench: rlbench completion fish | source\n"
    "function __rlbench_words\n"
    "    set -l words (commandline -opc) (commandline -ct)\n"
    "    for line in ($words[1] completion words -- $words[2..-1] 2> /dev/null)\n"
    "        switch $line\n"
    "            case ':files'\n"
    "                __fish_complete_path (commandline -ct)\n"
    "            case ':folders'\n"
    "                __fish_complete_directories (commandline -ct)\n"
    "            case '*'\n"
    "                echo $line\n"
    "        end\n"
    "    end\n"
    "end\n"
    "complete -c rlbench -f -a '(__rlbench_words)'\n";

static const struct {
    const char *name, *script;
} shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};

static int run(struct cli *c, struct err *e)
{
    if (c->num_args > 0 && strcmp(c->args[0], "words") == 0) {
        complete_words(c->args + 1, c->num_args - 1);
        return OK;
    }
    for (size_t i = 0; i < sizeof shells / sizeof shells[0] && c->num_args == 1; i++)
        if (strcmp(shells[i].name, c->args[0]) == 0) {
            fputs(shells[i].script, stdout);
            return OK;
        }
    return err_set(e, ERR_USAGE, "for which shell? rlbench completion bash, zsh or fish");
}

const struct verb verb_completion = {
    .name = "completion",
    .args = "bash|zsh|fish",
    .doc = "a script that makes a shell complete verbs, options, recipes and runs",
    .examples = "source <(rlbench completion bash)         for this shell; also in ~/.bashrc\n"
                "rlbench completion zsh > ~/.zfunc/_rlbench\n"
                "rlbench completion fish > ~/.config/fish/completions/rlbench.fish\n",
    .opts = opts,
    .run = run,
};
