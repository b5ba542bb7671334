#include <rlbench/normalize.h>

#include <math.h>

rlb_status rlb_moments_init(rlb_moments *m, const rlb_host *host, uint32_t width, double prior)
{
    if (width == 0 || !(prior >= 0) || !isfinite(prior))
        return host->fail(host, RLB_E_INVAL,
                          "running moments of %u dimensions with a prior of weight %g: neither "
                          "may be less than nothing",
                          width, prior);
    *m = (rlb_moments){.host = host, .width = width, .count = prior};
    m->mean = host->alloc(host, 2 * (size_t)width * sizeof *m->mean);
    if (!m->mean)
        return host->fail(host, RLB_E_NOMEM, "no memory for moments of %u dimensions", width);
    m->square = m->mean + width;
    for (uint32_t j = 0; j < width; j++)
        m->square[j] = prior;
    return RLB_OK;
}

/* Dimension j, before count is raised by n. */
static void join(rlb_moments *m, uint32_t j, double n, double mean, double square)
{
    double total = m->count + n, off = mean - m->mean[j];
    m->mean[j] += off * n / total;
    m->square[j] += square + off * off * m->count * n / total;
}

void rlb_moments_add(rlb_moments *m, const float *x, uint32_t n)
{
    if (n == 0)
        return;
    for (uint32_t j = 0; j < m->width; j++) {
        double mean = 0, square = 0;
        for (uint32_t i = 0; i < n; i++)
            mean += (double)x[(size_t)i * m->width + j];
        mean /= n;
        for (uint32_t i = 0; i < n; i++) {
            double off = (double)x[(size_t)i * m->width + j] - mean;
            square += off * off;
        }
        join(m, j, n, mean, square);
    }
    m->count += n;
}

void rlb_moments_merge(rlb_moments *m, const rlb_moments *from)
{
    if (from->count <= 0)
        return;
    for (uint32_t j = 0; j < m->width; j++)
        join(m, j, from->count, from->mean[j], from->square[j]);
    m->count += from->count;
}

void rlb_moments_normalize(const rlb_moments *m, const float *x, uint32_t n, double epsilon,
                           double clip, float *out)
{
    for (uint32_t j = 0; j < m->width; j++) {
        double mean = m->mean[j], scale = 1 / sqrt(rlb_moments_variance(m, j) + epsilon);
        for (size_t i = j; i < (size_t)n * m->width; i += m->width)
            out[i] = (float)fmax(-clip, fmin(clip, ((double)x[i] - mean) * scale));
    }
}

enum { TAG_COUNT = RLB_TAG('M', 'O', 'M', 'N'), TAG_MOMENTS = RLB_TAG('M', 'O', 'M', 'S') };

rlb_status rlb_moments_save(const rlb_moments *m, rlb_writer *w)
{
    rlb_status status = w->put(w, TAG_COUNT, &m->count, sizeof m->count);
    return status == RLB_OK
               ? w->put(w, TAG_MOMENTS, m->mean, 2 * (size_t)m->width * sizeof *m->mean)
               : status;
}

rlb_status rlb_moments_load(rlb_moments *m, rlb_reader *r)
{
    double count;
    rlb_status status = r->get(r, TAG_COUNT, &count, sizeof count);
    if (status == RLB_OK && !(count >= 0 && isfinite(count)))
        status = RLB_E_FORMAT;
    if (status == RLB_OK)
        status = r->get(r, TAG_MOMENTS, m->mean, 2 * (size_t)m->width * sizeof *m->mean);
    if (status == RLB_OK)
        m->count = count;
    return status == RLB_E_FORMAT
               ? m->host->fail(m->host, status, "the saved moments do not fit %u dimensions",
                               m->width)
               : status;
}

void rlb_standardize(float *x, size_t n)
{
    double mean = 0, square = 0;
    for (size_t i = 0; i < n; i++)
        mean += (double)x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        square += ((double)x[i] - mean) * ((double)x[i] - mean);
    double scale = n > 1 ? 1 / (sqrt(square / (double)(n - 1)) + 1e-8) : 0;
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(((double)x[i] - mean) * scale);
}

double rlb_explained_variance(const float *target, const float *prediction, size_t n)
{
    double mean = 0, mean_off = 0, square = 0, square_off = 0;
    for (size_t i = 0; i < n; i++) {
        mean += (double)target[i] / (double)n;
        mean_off += ((double)target[i] - (double)prediction[i]) / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        double t = (double)target[i] - mean,
               off = (double)target[i] - (double)prediction[i] - mean_off;
        square += t * t;
        square_off += off * off;
    }
    return square > 0 ? 1 - square_off / square : NAN;
}
