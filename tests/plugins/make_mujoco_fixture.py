"""Writes mujoco_fixture.txt, for test_mujoco.c, from the models and tasks of the DeepMind control suite.

WORLD is walker, cheetah or quadruped.

States: drawn ones, put into the suite's physics; what it says of each.
    WORLD.states    qpos, qvel, act of each state
    WORLD.observed  observations, without the sensors of the acceleration stage
    WORLD.rewards   of each task, in the order of the plugin
The suite has walker's stand, walk and run, cheetah's run, quadruped's walk and run as tasks; the others are its formula
(rewards.tolerance) with the figures published for them.

Trajectories: the suite's model files, simulated by libmujoco alone (make_mujoco_fixture.c).
    WORLD.start       qpos, qvel and the solver's warm start
    WORLD.actions     in [-1, 1], per step
    WORLD.trajectory  step, qpos, qvel, act, of every EVERY-th step; for quadruped also the 33 sensors before the last

Made with dm_control 1.0.14 on mujoco 2.3.7, numpy 1.26.4, Python 3.11, and libmujoco 2.2.2 (Debian 12) on x86-64:

    cc -o /tmp/loop make_mujoco_fixture.c -lmujoco && python3 make_mujoco_fixture.py /tmp/loop > mujoco_fixture.txt
"""

import os
import subprocess
import sys
import tempfile

import dm_control.suite
import mujoco
import numpy
from dm_control.suite import cheetah, quadruped, walker
from dm_control.utils import rewards
from lxml import etree

LOOP = sys.argv[1]
SUITE = os.path.dirname(dm_control.suite.__file__)
STATES, STEPS, EVERY = 12, 60, 5
SUBSTEPS = {"walker": 10, "cheetah": 1, "quadruped": 4}
SENSORS = 33


def put(name, values):
    values = numpy.asarray(values, dtype=float).ravel()
    print(name, len(values), *[repr(float(v)) for v in values])


def above(x, bound, margin, value):
    return rewards.tolerance(x, bounds=(bound, float("inf")), margin=margin, value_at_margin=value, sigmoid="linear")


def model_of(world):
    """The suite's model, in one piece, without what is not there in these tasks."""
    if world == "quadruped":
        return quadruped.make_model(floor_size=10)
    return open(f"{SUITE}/{world}.xml", "rb").read()


def file_of(world, folder):
    xml = etree.fromstring(model_of(world))
    for include in xml.findall("include"):
        for child in etree.parse(f"{SUITE}/{include.get('file')}").getroot():
            xml.insert(0, child)
        xml.remove(include)
    path = f"{folder}/{world}.xml"
    open(path, "wb").write(etree.tostring(xml))
    return path


def physics_of(world):
    if world == "quadruped":
        return quadruped.Physics.from_xml_string(model_of(world), dm_control.suite.common.ASSETS)
    module = {"walker": walker, "cheetah": cheetah}[world]
    return module.Physics.from_xml_string(*module.get_model_and_assets())


def draw(rng, physics, world, spread=1.0):
    model = physics.model
    qpos = numpy.array(physics.data.qpos)
    for j in range(model.njnt):
        q = model.jnt_qposadr[j]
        if model.jnt_limited[j]:
            low, high = model.jnt_range[j]
            qpos[q] = low + (high - low) * (0.5 + spread * (rng.random() - 0.5))
        elif model.jnt_type[j] == mujoco.mjtJoint.mjJNT_FREE:
            quat = rng.normal(size=4) if spread == 1 else numpy.array([1, 0.1, -0.2, 0.3])
            qpos[3:7] = quat / numpy.linalg.norm(quat)
            qpos[:3] = rng.normal(), rng.normal(), 0.8 + 0.3 * rng.random()
        else:
            qpos[q] += spread * 0.7 * rng.normal()
    qvel = rng.normal(size=model.nv)
    qvel[:3] *= 3 * spread  # so that every task is told from the others
    act = rng.uniform(-0.5, 0.5, size=model.na)
    return qpos, qvel, act


def observed(world, physics):
    if world == "walker":
        return numpy.hstack([physics.orientations(), physics.torso_height(), physics.velocity()])
    if world == "cheetah":
        return numpy.hstack([physics.data.qpos[1:], physics.velocity()])
    gyro = physics.named.data.sensordata["imu_gyro"]
    return numpy.hstack([physics.egocentric_state(), physics.torso_velocity(), physics.torso_upright(), gyro])


def task_rewards(world, physics):
    if world == "walker":
        tasks = [walker.PlanarWalker(speed).get_reward(physics) for speed in (0, walker._WALK_SPEED, walker._RUN_SPEED)]
        mujoco.mj_subtreeVel(physics.model.ptr, physics.data.ptr)
        spin = physics.data.subtree_angmom[physics.model.name2id("torso", "body")][1]
        return tasks + [tasks[0] * (5 * above(spin, 5, 5, 0) + 1) / 6]
    if world == "cheetah":
        speed = physics.speed()
        run = cheetah.Cheetah().get_reward(physics)
        return [above(speed, 2, 2, 0), run, above(-speed, 2, 2, 0), above(-speed, 10, 10, 0)]
    upright = quadruped._upright_reward(physics)
    height = physics.named.data.sensordata["center_of_mass"][2]
    moves = [quadruped.Move(speed).get_reward(physics) for speed in (quadruped._WALK_SPEED, quadruped._RUN_SPEED)]
    return [upright, *moves, upright * above(height, 1, 1, 0.5)]


def states(world, rng):
    physics = physics_of(world)
    all_states, all_observed, all_rewards = [], [], []
    for _ in range(STATES):
        qpos, qvel, act = draw(rng, physics, world)
        with physics.reset_context():
            physics.data.qpos[:], physics.data.qvel[:] = qpos, qvel
            if physics.model.na:
                physics.data.act[:] = act
        all_states.append(numpy.hstack([qpos, qvel, act]))
        all_observed.append(observed(world, physics))
        all_rewards.append(task_rewards(world, physics))
    put(f"{world}.states", all_states)
    put(f"{world}.observed", all_observed)
    put(f"{world}.rewards", all_rewards)


def trajectory(world, rng, folder):
    physics = physics_of(world)
    model = physics.model
    qpos, qvel, _ = draw(rng, physics, world, spread=0.3)
    actions = rng.integers(-64, 65, size=(STEPS, model.nu)) / 64
    low, high = model.actuator_ctrlrange.T
    controls = low + (actions + 1) / 2 * (high - low)
    text = " ".join(repr(float(v)) for v in numpy.hstack([qpos, qvel, controls.ravel()]))
    command = [LOOP, file_of(world, folder), str(SUBSTEPS[world]), str(STEPS), str(EVERY)]
    lines = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout.splitlines()
    rows = [[float(v) for v in line.split()] for line in lines]
    width = model.nq + model.nv + model.na + (SENSORS if world == "quadruped" else 0)
    put(f"{world}.start", numpy.hstack([qpos, qvel, rows[0]]))
    put(f"{world}.actions", actions)
    put(f"{world}.trajectory", [[EVERY * (k + 1), *row[:width]] for k, row in enumerate(rows[1:])])


with tempfile.TemporaryDirectory() as folder:
    for number, world in enumerate(SUBSTEPS):
        rng = numpy.random.default_rng(number)
        states(world, rng)
        trajectory(world, rng, folder)
