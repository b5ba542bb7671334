"""Writes classic_control_fixture.txt: trajectories of Gymnasium's CartPole-v1, MountainCar-v0, Acrobot-v1 and
Pendulum-v1, for test_classic_control.c.

Each run drives the original implementation with drawn actions and starts it again when its episode ends, by its
rules or at its time limit. Written are, for every run,
    RUN.starts      step and state of every start (the first has step 0)
    RUN.actions     one number per step
    RUN.terminated  one flag per step
    RUN.rewards     one number per step
    RUN.states      step and state, of every EVERY-th step; of the last step of an episode too
RUN is the environment's id; id.other has other constants than the published ones (see CHANGED), and id.push acts with a
purpose, so that goals are reached. Made with gymnasium 1.4.0, numpy 2.4.6, Python 3.11 on x86-64:

    python3 make_classic_control_fixture.py > classic_control_fixture.txt
"""

import gymnasium
import numpy

STEPS, EVERY = 1000, 10


def cartpole_other(env):
    env.kinematics_integrator = "semi-implicit"
    env.gravity, env.masscart, env.masspole, env.length = 12.0, 1.5, 0.3, 0.8
    env.total_mass = env.masspole + env.masscart
    env.polemass_length = env.masspole * env.length
    env.force_mag, env.tau = 7.0, 0.03
    env.theta_threshold_radians, env.x_threshold = 20 * 2 * numpy.pi / 360, 1.0
    env._sutton_barto_reward = True


def mountain_car_other(env):
    env.goal_velocity, env.force, env.gravity = 0.02, 0.0015, 0.003
    env.goal_position, env.max_speed = 0.45, 0.06


def acrobot_other(env):
    env.book_or_nips = "nips"
    env.LINK_LENGTH_1, env.LINK_MASS_1, env.LINK_MASS_2 = 1.2, 1.3, 0.7
    env.LINK_COM_POS_1, env.LINK_COM_POS_2, env.LINK_MOI = 0.6, 0.4, 0.9
    env.AVAIL_TORQUE, env.dt = [-1.5, 0.0, 1.5], 0.1


def pendulum_other(env):
    env.g, env.m, env.l = 9.81, 0.7, 1.3
    env.max_torque, env.max_speed, env.dt = 2.5, 6.0, 0.04


def choice(n):
    return lambda rng, state: int(rng.integers(n))


def with_velocity(index):
    """Pushes the way it moves four times in five, and anything else."""
    return lambda rng, state: (2 if state[index] > 0 else 0) if rng.random() < 0.8 else int(rng.integers(3))


def torque(rng, state):
    return float(rng.integers(-192, 193)) / 64


RUNS = [
    ("cartpole", "CartPole-v1", choice(2), None),
    ("cartpole.other", "CartPole-v1", choice(2), cartpole_other),
    ("mountain-car", "MountainCar-v0", choice(3), None),
    ("mountain-car.push", "MountainCar-v0", with_velocity(1), None),
    ("mountain-car.other", "MountainCar-v0", with_velocity(1), mountain_car_other),
    ("acrobot", "Acrobot-v1", choice(3), None),
    ("acrobot.push", "Acrobot-v1", with_velocity(3), None),
    ("acrobot.other", "Acrobot-v1", choice(3), acrobot_other),
    ("pendulum", "Pendulum-v1", torque, None),
    ("pendulum.other", "Pendulum-v1", torque, pendulum_other),
]


def number(x):
    x = float(x)
    return str(int(x)) if x == int(x) else repr(x)


def column(name, values):
    print(name, len(values), *(number(v) for v in values))


for run, (name, env_id, act, change) in enumerate(RUNS):
    env = gymnasium.make(env_id)
    bare = env.unwrapped
    if change:
        change(bare)
    rng = numpy.random.default_rng(100 + run)
    env.reset(seed=run)
    starts = [0, *bare.state]
    actions, flags, rewards, states = [], [], [], []
    for t in range(STEPS):
        action = act(rng, bare.state)
        given = numpy.array([action], dtype=numpy.float32) if env_id == "Pendulum-v1" else action
        _, reward, terminated, truncated, _ = env.step(given)
        actions.append(action)
        flags.append(int(terminated))
        rewards.append(numpy.float32(reward))
        if t % EVERY == EVERY - 1 or terminated or truncated:
            states += [t, *bare.state]
        if terminated or truncated:
            env.reset()
            starts += [t + 1, *bare.state]
    column(f"{name}.starts", starts)
    column(f"{name}.actions", actions)
    column(f"{name}.terminated", flags)
    column(f"{name}.rewards", rewards)
    column(f"{name}.states", states)
