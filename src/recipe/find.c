/* The file a user means by a recipe's name. */
#include "recipe/recipe.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* folder/name or folder/name.yaml when there is such a file, else NULL. Frees folder. */
static char *in_folder(char *folder, const char *name)
{
    static const char *const endings[] = {"", ".yaml", ".yml"};
    char *found = NULL;
    for (size_t i = 0; folder && !found && i < sizeof endings / sizeof endings[0]; i++) {
        char *path = mem_printf("%s/%s%s", folder, name, endings[i]);
        if (is_file(path))
            found = path;
        else
            free(path);
    }
    free(folder);
    return found;
}

char *recipe_find(const char *name)
{
    char *found = NULL;
    if (!is_file(name) && !strchr(name, '/')) {
        found = in_folder(place_own_recipes(), name);
        if (!found)
            found = in_folder(place_recipes(), name);
    }
    return found ? found : mem_strdup(name);
}
