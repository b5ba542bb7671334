/* Checkpoints of an algorithm. */
#include "module/conform_course.h"

#include <stdio.h>

/* Half a course, its checkpoint in w; and it goes on: saving must not change it. */
static bool half(struct conform *c, struct checkpoint_writer *w, struct course *s)
{
    struct rig *r = NULL;
    course_init(s, c);
    if (!course_rig(c, &course_plain, &r))
        return false;
    bool good = course_run(c, r, &course_plain, COURSE_WINDOWS / 2, s);
    rlb_status status = good ? rig_save(r, w) : RLB_OK;
    if (status < 0) {
        char text[1200];
        err_set(&c->err, ERR_FAILED, "save(): %s",
                host_failure(&r->report, c->algo->id, status, text, sizeof text));
        good = false;
    }
    rig_destroy(r);
    return good;
}

static bool second_half(struct conform *c, const struct checkpoint_writer *w, struct course *s)
{
    struct rig *r = NULL;
    struct checkpoint_reader in;
    if (!course_rig(c, &course_plain, &r))
        return false;
    checkpoint_reader_over(&in, w);
    rlb_status status = rig_load(r, &in);
    bool good = status >= 0;
    if (!good) {
        char text[1200];
        err_set(&c->err, ERR_FAILED, "load() of what save() wrote: %s",
                host_failure(&r->report, c->algo->id, status, text, sizeof text));
    }
    good = good && course_run(c, r, &course_plain, COURSE_WINDOWS, s);
    rig_destroy(r);
    return good;
}

enum conform_verdict resume_same(struct conform *c)
{
    struct course a = {0}, b = {0};
    struct checkpoint_writer w;
    char text[300];
    enum conform_verdict v;
    if (!c->algo->save)
        return conform_skip(c, "it cannot be saved");
    checkpoint_writer_init(&w);
    if (!course_length(c) || !course_whole(c, &course_plain, &a))
        v = conform_skip(c, "it does not run");
    else if (c->world->env && !c->world->env->save)
        v = conform_skip(c, "%s cannot be saved", c->world->env->id);
    else if (!half(c, &w, &b) || !second_half(c, &w, &b))
        v = conform_fail(c, "%s", c->err.text);
    else if (course_difference(c, &a, &b, text, sizeof text))
        v = conform_fail(c, "after half of the run, save and load: %s", text);
    else
        v = conform_ok(c, "half, save, load, half is the whole run");
    checkpoint_writer_finish(&w);
    course_finish(&a);
    course_finish(&b);
    return v;
}

/* A stream without chunks, and one whose every chunk is a byte. */
static rlb_status no_chunk(rlb_reader *r, uint32_t tag, void *bytes, size_t n)
{
    (void)r, (void)tag, (void)bytes, (void)n;
    return RLB_E_FORMAT;
}

static rlb_status no_peek(rlb_reader *r, uint32_t *tag, size_t *n)
{
    (void)r, (void)tag, (void)n;
    return RLB_DONE;
}

enum conform_verdict resume_damage(struct conform *c)
{
    rlb_reader empty = {.size = sizeof empty, .get = no_chunk, .peek = no_peek};
    struct rig *r = NULL;
    if (!c->algo->save)
        return conform_skip(c, "it cannot be saved");
    if (!course_rig(c, &course_plain, &r))
        return conform_skip(c, "it cannot be created");
    r->host.setting_up = true;
    rlb_status status = c->algo->load(r->algo, &empty);
    r->host.setting_up = false;
    rig_destroy(r);
    return status < 0 ? conform_ok(c, "an empty one is refused")
                      : conform_fail(c, "load() accepts a checkpoint without any chunk");
}
