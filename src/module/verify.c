/* Verification of a module's tables: everything that can be known without calling the plugin, so
 * that the rest of the program may trust them. Sentences name the table, the row and the field. */
#include "module/verify.h"

#include "module/mapped.h"
#include "module/module.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    MODULE_LEAST = SIZE_TO(rlb_module, envs),
    ALGO_LEAST = SIZE_TO(rlb_algo, interface),
    ENV_LEAST = SIZE_TO(rlb_env, interface),
    MOST_TABLES = 64
};
/* Function pointers are looked at as data pointers, which POSIX makes the same. */
#define CODE(fn) (*(void *const *)(const void *)&(fn))

/* The table says how long it is in the u32 at `where`. */
static int check_size(const struct verify *s, const void *table, size_t where, size_t least,
                      size_t ours)
{
    uint32_t size;
    if (!mapped_data(table, where + sizeof size))
        return verify_refuse(s, "does not point to constant data");
    memcpy(&size, (const char *)table + where, sizeof size);
    if (size < least || size > MOST_TABLE_BYTES || (size > ours && !s->newer) ||
        !mapped_data(table, size))
        return verify_refuse(s, "says it is %u bytes long, but in ABI %d.%d it has %zu", size,
                             RLB_ABI_MAJOR, RLB_ABI_MINOR, ours);
    return OK;
}

struct field_check {
    const char *what;
    const char *text;
    bool required;
};

static int check_texts(const struct verify *s, const struct field_check *f, size_t n)
{
    int status = OK;
    for (size_t i = 0; i < n && status == OK; i++)
        status = verify_text(s, f[i].what, f[i].text, f[i].required);
    return status;
}

struct code_check {
    const char *what;
    const void *fn;
    bool required;
};

static int check_codes(const struct verify *s, const struct code_check *f, size_t n)
{
    int status = OK;
    for (size_t i = 0; i < n && status == OK; i++)
        status = verify_code(s, f[i].what, f[i].fn, f[i].required);
    return status;
}
#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static int check_algo(struct verify *s, const rlb_algo *a)
{
    int status = check_size(s, a, offsetof(rlb_algo, size), ALGO_LEAST, sizeof *a);
    if (status == OK)
        status = verify_name(s, "its id", a->id, "-");
    if (status != OK)
        return status;
    snprintf(s->name, sizeof s->name, "algorithm '%s'", a->id);
    const struct field_check texts[] = {{"its title", a->title, true},
                                        {"its doc", a->doc, true},
                                        {"its citation", a->citation, false},
                                        {"its version", a->version, true},
                                        {"its step_unit", a->step_unit, true}};
    const struct code_check codes[] = {
        {"create()", CODE(a->create), true}, {"destroy()", CODE(a->destroy), true},
        {"step()", CODE(a->step), true},     {"measure()", CODE(a->measure), false},
        {"act()", CODE(a->act), false},      {"set_param()", CODE(a->set_param), false},
        {"view()", CODE(a->view), false},    {"save()", CODE(a->save), false},
        {"load()", CODE(a->load), false},    {"interface()", CODE(a->interface), false}};
    status = check_texts(s, texts, COUNT(texts));
    if (status == OK)
        status = check_codes(s, codes, COUNT(codes));
    if (status == OK && !a->save != !a->load)
        status = verify_refuse(s, "has only one of save() and load()");
    if (status == OK)
        status = verify_params(s, a->params, a->num_params, a->param_stride, a->set_param);
    if (status == OK)
        status = verify_metrics(s, a);
    if (status == OK)
        status = verify_views(s, a->views, a->num_views, a->view_stride, a->view);
    return status;
}

static int check_env(struct verify *s, const rlb_env *v)
{
    int status = check_size(s, v, offsetof(rlb_env, size), ENV_LEAST, sizeof *v);
    if (status == OK)
        status = verify_name(s, "its id", v->id, "-");
    if (status != OK)
        return status;
    snprintf(s->name, sizeof s->name, "environment '%s'", v->id);
    const struct field_check texts[] = {{"its title", v->title, true},
                                        {"its doc", v->doc, true},
                                        {"its citation", v->citation, false},
                                        {"its version", v->version, true}};
    const struct code_check codes[] = {
        {"spaces()", CODE(v->spaces), true},   {"create()", CODE(v->create), true},
        {"destroy()", CODE(v->destroy), true}, {"bind()", CODE(v->bind), true},
        {"reset()", CODE(v->reset), true},     {"step()", CODE(v->step), true},
        {"view()", CODE(v->view), false},      {"save()", CODE(v->save), false},
        {"load()", CODE(v->load), false},      {"interface()", CODE(v->interface), false}};
    status = check_texts(s, texts, COUNT(texts));
    if (status == OK)
        status = check_codes(s, codes, COUNT(codes));
    if (status == OK && !v->save != !v->load)
        status = verify_refuse(s, "has only one of save() and load()");
    if (status == OK)
        status = verify_params(s, v->params, v->num_params, v->param_stride, false);
    if (status == OK)
        status = verify_views(s, v->views, v->num_views, v->view_stride, v->view);
    return status;
}

/* A NULL-terminated list of tables; *n of them. */
static int count_list(const struct verify *s, const char *what, const void *const *list, size_t *n)
{
    for (*n = 0; *n <= MOST_TABLES; ++*n) {
        if (!mapped_data(list + *n, sizeof *list))
            return verify_refuse(s, "its list of %s does not end with NULL", what);
        if (!list[*n])
            return OK;
    }
    return verify_refuse(s, "its list of %s has more than %d entries", what, MOST_TABLES);
}

static int check_head(const struct verify *s, const rlb_module *m)
{
    if (!m)
        return verify_refuse(s, "rlb_module_entry() returned NULL");
    if (!mapped_data(m, offsetof(rlb_module, reserved)))
        return verify_refuse(s, "rlb_module_entry() returned a pointer to no constant data");
    if (m->magic != RLB_MAGIC)
        return verify_refuse(s,
                             "its magic is 0x%08" PRIX32 ", not 0x%08" PRIX32
                             "; rlb_module_entry() does not return an rlb_module",
                             m->magic, RLB_MAGIC);
    if (m->abi_major != RLB_ABI_MAJOR)
        return verify_refuse(
            s,
            "built for plugin ABI %u.%u, this program has ABI %d.%d; rebuild the plugin "
            "with this program's headers",
            m->abi_major, m->abi_minor, RLB_ABI_MAJOR, RLB_ABI_MINOR);
    if (m->min_host_minor > RLB_ABI_MINOR)
        return verify_refuse(s, "needs a host with plugin ABI %u.%u, this program has ABI %d.%d",
                             m->abi_major, m->min_host_minor, RLB_ABI_MAJOR, RLB_ABI_MINOR);
    return check_size(s, m, offsetof(rlb_module, size), MODULE_LEAST, sizeof *m);
}

int module_verify(const rlb_module *m, struct err *e)
{
    struct err spare = ERR_INIT;
    struct verify whole = {.name = "the module", .e = e ? e : &spare};
    size_t algos = 0, envs = 0;
    int status = check_head(&whole, m);
    if (status != OK)
        return status;
    whole.newer = m->abi_minor > RLB_ABI_MINOR;
    status = verify_text(&whole, "its build text", m->build, false);
    if (status == OK)
        status = count_list(&whole, "algorithms", (const void *const *)m->algos, &algos);
    if (status == OK)
        status = count_list(&whole, "environments", (const void *const *)m->envs, &envs);
    if (status == OK && algos + envs == 0)
        status = verify_refuse(&whole, "has neither algorithms nor environments");
    for (size_t i = 0; i < algos && status == OK; i++) {
        struct verify s = whole;
        snprintf(s.name, sizeof s.name, "algorithm %zu", i);
        status = check_algo(&s, m->algos[i]);
        for (size_t k = 0; k < i && status == OK; k++)
            if (strcmp(m->algos[i]->id, m->algos[k]->id) == 0)
                status = verify_refuse(&whole, "two algorithms have the id '%s'", m->algos[i]->id);
    }
    for (size_t i = 0; i < envs && status == OK; i++) {
        struct verify s = whole;
        snprintf(s.name, sizeof s.name, "environment %zu", i);
        status = check_env(&s, m->envs[i]);
        for (size_t k = 0; k < i && status == OK; k++)
            if (strcmp(m->envs[i]->id, m->envs[k]->id) == 0)
                status = verify_refuse(&whole, "two environments have the id '%s'", m->envs[i]->id);
    }
    return status;
}
