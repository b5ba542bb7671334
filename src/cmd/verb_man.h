/* The role that writes a verb's manual page. */
#ifndef RLBENCH_CMD_VERB_MAN_H
#define RLBENCH_CMD_VERB_MAN_H

#include "cmd/cmd.h"

/* argv: the name of a verb. Prints its page; ERR_USAGE when there is no such verb. */
int verb_man_main(int argc, char **argv);

#endif
