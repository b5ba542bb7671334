/* Checkpoints and results. */
#include "fb.h"

#include <string.h>

enum { TAG_COUNTS = RLB_TAG('C', 'N', 'T', 'S'), TAG_STREAMS = RLB_TAG('R', 'N', 'G', 'S') };
enum { TAG_LIVE = RLB_TAG('L', 'I', 'V', 'E'), TAG_TASK = RLB_TAG('T', 'A', 'S', 'K') };

struct live {
    double lr_f, lr_b, tau, temp, epsilon, mix_ratio, temp_eval;
    uint64_t look;
};

rlb_status fb_save(void *self, rlb_writer *w)
{
    struct fb *f = self;
    const uint64_t counts[] = {f->updates, f->cycles};
    const rlb_rng streams[] = {f->z_rng, f->act_rng};
    const struct live live = {f->c.lr_f,    f->c.lr_b,      f->c.tau,       f->c.temp,
                              f->c.epsilon, f->c.mix_ratio, f->c.temp_eval, f->look_state};
    rlb_status status = w->put(w, TAG_COUNTS, counts, sizeof counts);
    if (status == RLB_OK)
        status = w->put(w, TAG_STREAMS, streams, sizeof streams);
    if (status == RLB_OK)
        status = w->put(w, TAG_LIVE, &live, sizeof live);
    if (status == RLB_OK)
        status = w->put(w, TAG_TASK, f->task.text, sizeof f->task.text);
    rlb_net *const nets[] = {f->f_net, f->b_net, f->f_bar, f->b_bar};
    for (int i = 0; status == RLB_OK && i < 4; i++)
        status = rlb_net_save(nets[i], w);
    if (status == RLB_OK)
        status = rlb_optimizer_save(f->f_optimizer, w);
    if (status == RLB_OK)
        status = rlb_optimizer_save(f->b_optimizer, w);
    return status == RLB_OK ? data_save(&f->data, w) : status;
}

static rlb_status take_live(struct fb *f, const struct live *live, char *text)
{
    text[TASK_TEXT - 1] = 0;
    f->c.lr_f = live->lr_f;
    f->c.lr_b = live->lr_b;
    f->c.tau = live->tau;
    f->c.temp = live->temp;
    f->c.epsilon = live->epsilon;
    f->c.mix_ratio = live->mix_ratio;
    f->c.temp_eval = live->temp_eval;
    f->look_state = live->look < f->world.num_states ? (uint32_t)live->look : 0;
    f->task_at = UINT64_MAX;
    if (f->z_rng.used > 4 || f->act_rng.used > 4)
        return f->host->fail(f->host, RLB_E_FORMAT, "a saved random stream is damaged");
    return task_set(&f->task, &f->world, text);
}

rlb_status fb_load(void *self, rlb_reader *r)
{
    struct fb *f = self;
    uint64_t counts[2];
    rlb_rng streams[2];
    struct live live;
    char text[TASK_TEXT];
    rlb_status status = r->get(r, TAG_COUNTS, counts, sizeof counts);
    if (status == RLB_OK)
        status = r->get(r, TAG_STREAMS, streams, sizeof streams);
    if (status == RLB_OK)
        status = r->get(r, TAG_LIVE, &live, sizeof live);
    if (status == RLB_OK)
        status = r->get(r, TAG_TASK, text, sizeof text);
    rlb_net *const nets[] = {f->f_net, f->b_net, f->f_bar, f->b_bar};
    for (int i = 0; status == RLB_OK && i < 4; i++)
        status = rlb_net_load(nets[i], r);
    if (status == RLB_OK)
        status = rlb_optimizer_load(f->f_optimizer, r);
    if (status == RLB_OK)
        status = rlb_optimizer_load(f->b_optimizer, r);
    if (status == RLB_OK)
        status = data_load(&f->data, r);
    if (status != RLB_OK)
        return status;
    f->updates = counts[0];
    f->cycles = counts[1];
    f->z_rng = streams[0];
    f->act_rng = streams[1];
    return take_live(f, &live, text);
}

static rlb_status result(void *self, uint32_t index, rlb_result *out)
{
    const struct fb *f = self;
    uint32_t of_f = rlb_net_count(f->f_net);
    return index < of_f ? rlb_net_result(f->f_net, index, out)
                        : rlb_net_result(f->b_net, index - of_f, out);
}

const void *fb_interface(void *self, const char *id)
{
    struct fb *f = self;
    if (!f || strcmp(id, RLB_RESULTS) != 0)
        return NULL;
    f->results = (rlb_results){.size = sizeof f->results,
                               .count = rlb_net_count(f->f_net) + rlb_net_count(f->b_net),
                               .get = result};
    return &f->results;
}
