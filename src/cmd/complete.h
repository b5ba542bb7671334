/* What could stand where the cursor is. */
#ifndef RLBENCH_CMD_COMPLETE_H
#define RLBENCH_CMD_COMPLETE_H

#include <stddef.h>

/* words: those of a command line after the program's name, the last of them the one being written
 * ("" when it has not begun). Prints a word and what it means per line, with a tab between; a line
 * ":files" or ":folders" stands for the shell's own. Never complains. */
void complete_words(const char **words, size_t n);

#endif
