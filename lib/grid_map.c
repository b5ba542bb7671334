#include <rlbench/grid_map.h>

#include <string.h>

static int is_break(char c)
{
    return c == '/' || c == '\n';
}

rlb_status rlb_map_measure(const char *text, const char *letters, uint32_t *rows, uint32_t *cols,
                           uint32_t *num_states, const char **why)
{
    uint32_t col = 0;
    *rows = *cols = *num_states = 0;
    for (const char *p = text;; p++) {
        if (*p == '\0' || is_break(*p)) {
            if (*p == '\0' && col == 0 && *rows > 0)
                break; /* a final newline */
            if (*rows == 0)
                *cols = col;
            *why = "every row must be as long as the first";
            if (col != *cols || col == 0)
                return RLB_E_INVAL;
            (*rows)++;
            col = 0;
            if (*p == '\0')
                break;
            continue;
        }
        *why = "it has a letter that maps of this world are not made of";
        if (!strchr(letters, *p))
            return RLB_E_INVAL;
        col++;
        *num_states += *p != '#';
    }
    *why = "it may have 65536 cells at most";
    if ((uint64_t)*rows * *cols > 65536)
        return RLB_E_INVAL;
    *why = "it is all wall";
    return *num_states > 0 ? RLB_OK : RLB_E_INVAL;
}

rlb_status rlb_map_read(rlb_map *m, const rlb_host *host, const char *text, const char *letters)
{
    const char *why;
    if (rlb_map_measure(text, letters, &m->rows, &m->cols, &m->num_states, &why) != RLB_OK)
        return host->fail(host, RLB_E_INVAL, "map: %s", why);
    size_t cells = (size_t)m->rows * m->cols;
    m->cells = host->alloc(host, cells);
    m->state = host->alloc(host, cells * sizeof *m->state);
    m->wall = host->alloc(host, cells);
    m->cell_of = host->alloc(host, m->num_states * sizeof *m->cell_of);
    if (!m->cells || !m->state || !m->wall || !m->cell_of)
        return host->fail(host, RLB_E_NOMEM, "no memory for a map of %zu cells", cells);
    size_t cell = 0;
    uint32_t state = 0;
    for (const char *p = text; *p; p++)
        if (!is_break(*p))
            m->cells[cell++] = *p;
    for (cell = 0; cell < cells; cell++) {
        m->wall[cell] = m->cells[cell] == '#';
        m->state[cell] = m->wall[cell] ? -1 : (int32_t)state;
        if (!m->wall[cell])
            m->cell_of[state++] = (int32_t)cell;
    }
    return RLB_OK;
}

int32_t rlb_map_move(const rlb_map *m, int32_t cell, int32_t direction)
{
    static const int32_t down[] = {0, 1, 0, -1}, right[] = {1, 0, -1, 0};
    if (direction < 0)
        return cell;
    int32_t row = cell / (int32_t)m->cols + down[direction],
            col = cell % (int32_t)m->cols + right[direction];
    if (row < 0 || col < 0 || row >= (int32_t)m->rows || col >= (int32_t)m->cols)
        return cell;
    int32_t next = row * (int32_t)m->cols + col;
    return m->wall[next] ? cell : next;
}
