/* Runs a model file through libmujoco with nothing in between: for make_mujoco_fixture.py.
 *
 *     cc -o make_mujoco_fixture make_mujoco_fixture.c -lmujoco
 *     make_mujoco_fixture MODEL.xml SUBSTEPS STEPS EVERY <input
 *
 * Input: qpos, qvel, then the controls of every step. Output, one line each: the start's warm
 * start, then of every EVERY-th step qpos, qvel, act and the sensors as the last mj_step left them.
 */
#include <mujoco/mujoco.h>

#include <stdio.h>
#include <stdlib.h>

static void read_numbers(mjtNum *x, int n)
{
    for (int i = 0; i < n; i++)
        if (scanf("%lf", &x[i]) != 1)
            exit(1);
}

static void print_numbers(const mjtNum *x, int n)
{
    for (int i = 0; i < n; i++)
        printf("%.17g ", x[i]);
}

int main(int argc, char **argv)
{
    char error[1000];
    mjModel *m = argc == 5 ? mj_loadXML(argv[1], NULL, error, sizeof error) : NULL;
    if (!m) {
        fprintf(stderr, "cannot load: %s\n", error);
        return 1;
    }
    mjData *d = mj_makeData(m);
    read_numbers(d->qpos, m->nq);
    read_numbers(d->qvel, m->nv);
    m->opt.disableflags |= mjDSBL_ACTUATION;
    mj_forward(m, d);
    m->opt.disableflags &= ~mjDSBL_ACTUATION;
    print_numbers(d->qacc_warmstart, m->nv);
    printf("\n");
    for (int t = 1; t <= atoi(argv[3]); t++) {
        read_numbers(d->ctrl, m->nu);
        for (int k = 0; k < atoi(argv[2]); k++)
            mj_step(m, d);
        if (t % atoi(argv[4]) == 0) {
            print_numbers(d->qpos, m->nq);
            print_numbers(d->qvel, m->nv);
            print_numbers(d->act, m->na);
            print_numbers(d->sensordata, m->nsensordata);
            printf("\n");
        }
    }
    return 0;
}
