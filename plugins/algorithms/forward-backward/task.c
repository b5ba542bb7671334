#include "task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

rlb_status task_init(struct task *task, const struct world *w)
{
    const rlb_host *host = w->host;
    *task = (struct task){.number = -1};
    task->obs = host->alloc(host, (size_t)TASK_PLACES * w->obs_width * sizeof *task->obs);
    task->weight = host->alloc(host, TASK_PLACES * sizeof *task->weight);
    task->state = host->alloc(host, TASK_PLACES * sizeof *task->state);
    return task->obs && task->weight && task->state
               ? RLB_OK
               : host->fail(host, RLB_E_NOMEM, "no memory for the task");
}

/* ---------------------------------------------------------------- places
 *
 * Terms are first checked without a task (NULL), so that a mistake changes nothing. */

struct setting {
    const struct world *w;
    struct task *task; /* NULL: only look whether it can be done */
    const char *why;
    uint32_t places;
};

static bool refuse(struct setting *s, const char *why)
{
    s->why = why;
    return false;
}

/* The next place's observation to fill. */
static float *add_place(struct setting *s, double weight, int32_t state)
{
    uint32_t k = s->places++;
    if (!s->task)
        return NULL;
    s->task->weight[k] = (float)weight;
    s->task->state[k] = state;
    return s->task->obs + (size_t)k * s->w->obs_width;
}

static bool add_state(struct setting *s, double weight, int32_t state)
{
    if (s->places == TASK_PLACES)
        return refuse(s, "too many places");
    float *obs = add_place(s, weight, state);
    if (obs)
        memcpy(obs, s->w->state_obs + (size_t)state * s->w->obs_width,
               s->w->obs_width * sizeof *obs);
    return true;
}

static bool add_point(struct setting *s, double weight, double x, double y)
{
    const struct world *w = s->w;
    if (s->places == TASK_PLACES)
        return refuse(s, "too many places");
    float *obs = add_place(s, weight, -1);
    if (obs)
        w->plane->observe(w->plane_self, x, y, obs);
    return true;
}

/* "ROW,COL@ROWSxCOLS", a square of a picture: the cell of a map of that size, or the middle of
 * its part of the plane. */
static bool set_square(struct setting *s, double weight, const char *where)
{
    const struct world *w = s->w;
    unsigned row, col, rows, cols;
    int used = 0;
    if (sscanf(where, "%u,%u@%ux%u%n", &row, &col, &rows, &cols, &used) != 4 || where[used])
        return refuse(s, "a square is ROW,COL@ROWSxCOLS");
    if (row >= rows || col >= cols)
        return refuse(s, "there is no such square");
    if (w->grid && w->num_states) {
        bool same = rows == w->grid->rows && cols == w->grid->cols;
        int32_t state = same ? world_cell(w, (int32_t)row, (int32_t)col) : -1;
        return state < 0 ? refuse(s, "there is no floor in that square")
                         : add_state(s, weight, state);
    }
    if (!w->plane || w->numbered)
        return refuse(s, "this world has neither a map nor a plane: name a state or a task");
    double across = (col + 0.5) / cols, down = (row + 0.5) / rows;
    return add_point(s, weight, w->plane->x_lo + across * (w->plane->x_hi - w->plane->x_lo),
                     w->plane->y_hi - down * (w->plane->y_hi - w->plane->y_lo));
}

/* "A,B": a cell of the map where there is one, else a point of the plane. */
static bool set_place(struct setting *s, double weight, const char *where)
{
    const struct world *w = s->w;
    char *end;
    if (strchr(where, '@'))
        return set_square(s, weight, where);
    double a = strtod(where, &end);
    if (end == where || *end != ',')
        return refuse(s, "a place is two numbers with a comma: a row and a column, or x and y");
    double b = strtod(end + 1, &end);
    if (*end)
        return refuse(s, "a place is two numbers with a comma and nothing else");
    if (w->grid && w->num_states) {
        int32_t state = world_cell(w, (int32_t)a, (int32_t)b);
        return state < 0 ? refuse(s, "there is no floor at that row and column")
                         : add_state(s, weight, state);
    }
    if (w->plane && !w->numbered) {
        bool inside = a >= w->plane->x_lo && a <= w->plane->x_hi && b >= w->plane->y_lo &&
                      b <= w->plane->y_hi;
        return inside ? add_point(s, weight, a, b) : refuse(s, "that point is not on the plane");
    }
    return refuse(s, "this world has neither a map nor a plane: name a state or a task");
}

static bool in_half(const char *half, double across, double down)
{
    return strcmp(half, "left") == 0    ? across < 0.5
           : strcmp(half, "right") == 0 ? across > 0.5
           : strcmp(half, "top") == 0   ? down < 0.5
                                        : down > 0.5;
}

enum { LATTICE = 21 }; /* points along each side of a plane */

static bool set_half(struct setting *s, double weight, const char *half)
{
    const struct world *w = s->w;
    if (w->grid && w->num_states) {
        for (uint32_t k = 0; k < w->num_states; k++) {
            int32_t cell = w->grid->cell[k], cols = (int32_t)w->grid->cols;
            double across = (cell % cols + 0.5) / cols, down = (cell / cols + 0.5) / w->grid->rows;
            if (cell >= 0 && in_half(half, across, down) && !add_state(s, weight, (int32_t)k))
                return false;
        }
        return true;
    }
    if (!w->plane || w->numbered)
        return refuse(s, "this world has neither a map nor a plane to halve");
    for (int i = 0; i < LATTICE * LATTICE; i++) {
        double across = (double)(i % LATTICE) / (LATTICE - 1);
        double up = (double)(i / LATTICE) / (LATTICE - 1);
        double x = w->plane->x_lo + across * (w->plane->x_hi - w->plane->x_lo);
        double y = w->plane->y_lo + up * (w->plane->y_hi - w->plane->y_lo);
        if (in_half(half, across, 1 - up) && !add_point(s, weight, x, y))
            return false;
    }
    return true;
}

static bool set_state(struct setting *s, double weight, const char *number)
{
    char *end;
    long state = strtol(number, &end, 10);
    if (*end || end == number || state < 0 || state >= (long)s->w->num_states)
        return refuse(s, "there is no such state");
    return add_state(s, weight, (int32_t)state);
}

/* ---------------------------------------------------------------- terms */

static bool one_of(const char *word, const char *words)
{
    const char *at = strstr(words, word);
    size_t n = strlen(word);
    return n && at && (at == words || at[-1] == ' ') && (at[n] == ' ' || !at[n]);
}

static bool set_term(struct setting *s, char *term)
{
    char *rest, *end, *first = strtok_r(term, " \t\n", &rest);
    if (!first)
        return true;
    double weight = strtod(first, &end);
    bool weighted = end != first && !*end;
    char *kind = weighted ? strtok_r(NULL, " \t\n", &rest) : first;
    if (!kind)
        return refuse(s, "a weight needs something after it");
    char *where = strtok_r(NULL, " \t\n", &rest);
    if (where && strtok_r(NULL, " \t\n", &rest))
        return refuse(s, "terms are separated by ';'");
    bool half = one_of(kind, "left right top bottom"), avoid = one_of(kind, "avoid");
    weight = weighted ? weight : avoid ? -1 : 1;
    if (half && !where)
        return set_half(s, weight, kind);
    if (!where || half)
        return refuse(s, "this needs a place after it, and a half of the map none");
    if (avoid || one_of(kind, "goal cell door at"))
        return set_place(s, weight, where);
    if (one_of(kind, "state"))
        return set_state(s, weight, where);
    return refuse(s, "a term is goal, avoid, state, left, right, top or bottom");
}

static bool set_terms(struct setting *s, const char *text)
{
    char copy[TASK_TEXT], *rest = copy;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *term; (term = strtok_r(rest, ";", &rest));)
        if (!set_term(s, term))
            return false;
    return true;
}

/* The number of a task of the world's by name or number; -1: there is none. */
static int32_t find_task(const struct world *w, const char *name)
{
    char *end;
    long number = strtol(name, &end, 10);
    uint32_t n = w->tasks && w->tasks->rewards ? w->tasks->num_tasks : 0;
    if (end != name && !*end)
        return number >= 0 && number < (long)n ? (int32_t)number : -1;
    for (uint32_t i = 0; w->tasks && w->tasks->name && i < n; i++)
        if (strcmp(w->tasks->name(w->tasks_self, i), name) == 0)
            return (int32_t)i;
    return -1;
}

static const char *skip_space(const char *text)
{
    return text + strspn(text, " \t\n");
}

rlb_status task_set(struct task *task, const struct world *w, const char *text)
{
    const rlb_host *host = w->host;
    const char *start = skip_space(text);
    int32_t number = -1;
    struct setting check = {.w = w}, set = {.w = w, .task = task};
    if (strlen(text) >= TASK_TEXT)
        return host->fail(host, RLB_E_INVAL, "task: longer than %d characters", TASK_TEXT - 1);
    if (strncmp(start, "task ", 5) == 0) {
        number = find_task(w, skip_space(start + 5));
        if (number < 0)
            return host->fail(host, RLB_E_INVAL, "task: this world has no task '%s'",
                              skip_space(start + 5));
    } else if (*start && strcmp(start, "reward") != 0) {
        if (!set_terms(&check, text) || check.places == 0)
            return host->fail(host, RLB_E_INVAL, "task '%s': %s", text,
                              check.why ? check.why : "nothing is said in it");
        set_terms(&set, text);
    }
    memmove(task->text, text, strlen(text) + 1);
    task->num_places = set.places;
    task->number = number;
    return RLB_OK;
}

bool task_rewards(const struct task *task, const struct world *w, double *reward)
{
    memset(reward, 0, w->num_states * sizeof *reward);
    for (uint32_t k = 0; k < task->num_places; k++) {
        if (task->state[k] < 0)
            return false;
        reward[task->state[k]] += (double)task->weight[k];
    }
    return task->num_places > 0 && w->num_states > 0;
}
