CREATE TABLE artifact (
    id     INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    t_us   INTEGER NOT NULL,
    step   INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    path   TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes  INTEGER NOT NULL
) STRICT;
CREATE INDEX artifact_run ON artifact(run_id);
CREATE TABLE attempt (
    run_id          INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    n               INTEGER NOT NULL,
    start_step      INTEGER NOT NULL,
    visible_to      INTEGER NOT NULL DEFAULT 9223372036854775807,
    started_us      INTEGER NOT NULL,
    from_checkpoint TEXT NOT NULL, provenance TEXT REFERENCES provenance(hash),
    PRIMARY KEY (run_id, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE episode (
    run_id  INTEGER NOT NULL,
    kind    INTEGER NOT NULL,
    step    INTEGER NOT NULL,
    idx     INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    ret     REAL,
    len     INTEGER NOT NULL,
    extra   REAL,
    PRIMARY KEY (run_id, kind, step, idx, attempt)
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
    id     INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    t_us   INTEGER NOT NULL,
    step   INTEGER NOT NULL,
    level  INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    msg    TEXT NOT NULL
) STRICT;
CREATE INDEX event_run ON event(run_id);
CREATE TABLE experiment (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    describe    TEXT NOT NULL,
    recipe_path TEXT NOT NULL,
    recipe_text TEXT NOT NULL,
    recipe_hash TEXT NOT NULL REFERENCES recipe(hash),
    created_us  INTEGER NOT NULL
, git_commit TEXT NOT NULL DEFAULT '', git_dirty INTEGER) STRICT;
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE metric (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL UNIQUE,
    unit  TEXT NOT NULL,
    goal  INTEGER NOT NULL,
    doc   TEXT NOT NULL,
    fold  INTEGER NOT NULL,
    flags INTEGER NOT NULL
) STRICT;
CREATE TABLE param (
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    key    TEXT NOT NULL,
    ord    INTEGER NOT NULL,
    num    REAL,
    txt    TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (run_id, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE point (
    run_id    INTEGER NOT NULL,
    metric_id INTEGER NOT NULL,
    step      INTEGER NOT NULL,
    sub       INTEGER NOT NULL,
    attempt   INTEGER NOT NULL,
    value     REAL,
    PRIMARY KEY (run_id, metric_id, step, sub, attempt)
) STRICT, WITHOUT ROWID;
CREATE TABLE progress (
    run_id    INTEGER NOT NULL,
    attempt   INTEGER NOT NULL,
    step      INTEGER NOT NULL,
    env_steps INTEGER NOT NULL,
    t_us      INTEGER NOT NULL,
    PRIMARY KEY (run_id, attempt, step)
) STRICT, WITHOUT ROWID;
CREATE TABLE provenance (
    hash  TEXT PRIMARY KEY,
    facts TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE recipe (
    hash     TEXT PRIMARY KEY,
    resolved TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE run (
    id            INTEGER PRIMARY KEY,
    uid           TEXT NOT NULL UNIQUE,
    experiment_id INTEGER NOT NULL REFERENCES experiment(id),
    algo          TEXT NOT NULL,
    algo_version  TEXT NOT NULL,
    algo_path     TEXT NOT NULL,
    algo_sha256   TEXT NOT NULL,
    env           TEXT NOT NULL,
    env_version   TEXT NOT NULL,
    env_path      TEXT NOT NULL,
    env_sha256    TEXT NOT NULL,
    seed          INTEGER NOT NULL,
    group_key     TEXT NOT NULL,
    label         TEXT NOT NULL,
    step_unit     TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN
        ('queued', 'running', 'paused', 'done', 'failed', 'stopped', 'crashed')),
    steps         INTEGER NOT NULL DEFAULT 0,
    total_steps   INTEGER NOT NULL,
    env_steps     INTEGER NOT NULL DEFAULT 0,
    steps_per_s   REAL NOT NULL DEFAULT 0,
    attempts      INTEGER NOT NULL DEFAULT 0,
    headline_id   INTEGER REFERENCES metric(id),
    exit_code     INTEGER,
    exit_signal   INTEGER,
    message       TEXT NOT NULL DEFAULT '',
    digest        TEXT NOT NULL DEFAULT '',
    host          TEXT NOT NULL DEFAULT '',
    pid           INTEGER NOT NULL DEFAULT 0,
    pid_start     INTEGER NOT NULL DEFAULT 0,
    socket        TEXT NOT NULL DEFAULT '',
    created_us    INTEGER NOT NULL,
    started_us    INTEGER,
    ended_us      INTEGER,
    heartbeat_us  INTEGER,
    build_id      TEXT NOT NULL,
    cpu           TEXT NOT NULL,
    archived      INTEGER NOT NULL DEFAULT 0
, trial INTEGER) STRICT;
CREATE INDEX run_experiment ON run(experiment_id);
CREATE INDEX run_group ON run(group_key);
CREATE TABLE summary (
    run_id     INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    metric_id  INTEGER NOT NULL REFERENCES metric(id),
    ord        INTEGER NOT NULL,
    n          INTEGER NOT NULL,
    nan_n      INTEGER NOT NULL,
    inf_n      INTEGER NOT NULL,
    first_step INTEGER NOT NULL,
    last_step  INTEGER NOT NULL,
    last       REAL,
    best       REAL,
    best_step  INTEGER,
    mean       REAL,
    m2         REAL,
    PRIMARY KEY (run_id, metric_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE sweep (
    experiment_id INTEGER PRIMARY KEY REFERENCES experiment(id),
    spec          TEXT NOT NULL
) STRICT;
CREATE TABLE trial (
    experiment_id INTEGER NOT NULL REFERENCES experiment(id),
    n             INTEGER NOT NULL,
    state         TEXT NOT NULL CHECK (state IN
        ('waiting', 'drawn', 'done', 'dropped', 'failed')),
    settings      TEXT NOT NULL DEFAULT '{}',
    known         INTEGER NOT NULL DEFAULT 0,
    rungs         INTEGER NOT NULL DEFAULT 0,
    value         REAL,
    step          INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (experiment_id, n)
) STRICT, WITHOUT ROWID;
CREATE VIEW v_curve AS
SELECT p.run_id, m.name AS metric,
       100 * (p.step - s.first_step) / (s.last_step - s.first_step + 1) AS bucket,
       max(p.step) AS step, count(*) AS n, avg(p.value) AS mean, min(p.value) AS lo,
       max(p.value) AS hi
  FROM summary s JOIN metric m ON m.id = s.metric_id
  CROSS JOIN point p ON p.run_id = s.run_id AND p.metric_id = s.metric_id
  JOIN attempt a ON a.run_id = p.run_id AND a.n = p.attempt AND p.step <= a.visible_to
 GROUP BY p.run_id, m.name, bucket;
CREATE VIEW v_episode AS
SELECT e.run_id, CASE e.kind WHEN 0 THEN 'training' ELSE 'evaluation' END AS kind, e.step,
       e.idx, e.ret, e.len, e.extra AS success, e.attempt, coalesce(w.name, '') AS world
  FROM episode e JOIN attempt a
    ON a.run_id = e.run_id AND a.n = e.attempt AND e.step <= a.visible_to
  LEFT JOIN world w ON w.run_id = e.run_id AND w.kind = e.kind;
CREATE VIEW v_final AS
SELECT r.id AS run_id, r.experiment_id, x.name AS experiment, r.algo, r.env, r.label, r.seed,
       r.group_key, r.state, m.name AS metric, s.last, s.best, s.best_step, s.mean, s.last_step
  FROM run r JOIN experiment x ON x.id = r.experiment_id
  JOIN summary s ON s.run_id = r.id JOIN metric m ON m.id = s.metric_id;
CREATE VIEW v_group AS
SELECT experiment_id, experiment, algo, env, label, group_key, metric, count(*) AS seeds,
       avg(last) AS mean_last, min(last) AS min_last, max(last) AS max_last,
       CASE WHEN count(last) > 1
            THEN sum((last - mu) * (last - mu)) / (count(last) - 1) END AS var_last,
       avg(best) AS mean_best
  FROM (SELECT *, avg(last) OVER (PARTITION BY experiment_id, group_key, metric) AS mu
          FROM v_final)
 GROUP BY experiment_id, group_key, metric;
CREATE VIEW v_metric AS
SELECT s.run_id, m.name AS metric, m.unit,
       CASE m.goal WHEN 1 THEN 'minimize' WHEN 2 THEN 'maximize' ELSE 'none' END AS goal,
       s.n, s.nan_n, s.inf_n, s.first_step, s.last_step, s.last, s.best, s.best_step, s.mean,
       CASE WHEN s.n - s.nan_n - s.inf_n > 1
            THEN s.m2 / (s.n - s.nan_n - s.inf_n - 1) END AS variance
  FROM summary s JOIN metric m ON m.id = s.metric_id;
CREATE VIEW v_param_wide AS
SELECT r.id AS run_id, r.algo, r.env, r.seed, r.group_key,
       json_group_object(p.key, coalesce(p.num, p.txt)) AS params
  FROM run r JOIN param p ON p.run_id = r.id GROUP BY r.id;
CREATE VIEW v_point AS
SELECT p.run_id, m.name AS metric, p.step, p.sub, p.value, p.attempt
  FROM point p JOIN metric m ON m.id = p.metric_id
  JOIN attempt a ON a.run_id = p.run_id AND a.n = p.attempt AND p.step <= a.visible_to;
CREATE VIEW v_provenance AS
SELECT a.run_id, a.n AS attempt, f.key, f.value
  FROM attempt a JOIN provenance p ON p.hash = a.provenance JOIN json_each(p.facts) f;
CREATE VIEW v_run AS
SELECT r.id, r.uid, x.name AS experiment, r.algo, r.env, r.label, r.seed, r.state,
       r.steps, r.total_steps, r.step_unit,
       CASE WHEN r.total_steps > 0 THEN round(100.0 * r.steps / r.total_steps, 1) END AS percent,
       m.name AS headline, s.last, s.best, r.steps_per_s, r.attempts,
       datetime(r.created_us / 1000000, 'unixepoch') AS created,
       datetime(r.started_us / 1000000, 'unixepoch') AS started,
       datetime(r.ended_us / 1000000, 'unixepoch') AS ended,
       round((coalesce(r.ended_us, r.heartbeat_us) - r.started_us) / 1e6, 1) AS seconds,
       r.exit_code, r.exit_signal, r.message, r.group_key, r.archived
  FROM run r JOIN experiment x ON x.id = r.experiment_id
  LEFT JOIN metric m ON m.id = r.headline_id
  LEFT JOIN summary s ON s.run_id = r.id AND s.metric_id = r.headline_id;
CREATE VIEW v_trial AS
SELECT t.experiment_id, x.name AS experiment, t.n AS trial, t.state, t.value, t.step,
       t.rungs, t.known, t.settings,
       (SELECT count(*) FROM run r WHERE r.experiment_id = t.experiment_id AND r.trial = t.n)
           AS runs
  FROM trial t JOIN experiment x ON x.id = t.experiment_id;
CREATE TABLE world (
    run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    kind   INTEGER NOT NULL,
    name   TEXT NOT NULL,
    PRIMARY KEY (run_id, kind)
) STRICT, WITHOUT ROWID;
