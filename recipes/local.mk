dist_recipes_DATA += \
	recipes/cliff.yaml \
	recipes/dqn-acrobot.yaml \
	recipes/dqn-cartpole.yaml \
	recipes/dqn-mountain-car.yaml \
	recipes/ppo-acrobot.yaml \
	recipes/ppo-cartpole.yaml \
	recipes/ppo-mountain-car.yaml \
	recipes/ppo-pendulum.yaml \
	recipes/fb-baselines.yaml \
	recipes/fb-contmaze.yaml \
	recipes/fb-fourrooms.yaml \
	recipes/fb-quick.yaml \
	recipes/quickstart.yaml \
	recipes/sarsa-lambda.yaml \
	recipes/sweep-bayes.yaml \
	recipes/slhf-sequence.yaml \
	recipes/slhf-three-concepts-nash.yaml \
	recipes/slhf-three-concepts-reward.yaml \
	recipes/slhf-three-concepts-sampled.yaml \
	recipes/slhf-three-concepts.yaml \
	recipes/sweep-random.yaml \
	recipes/fedsarsa-drift.yaml \
	recipes/fedsarsa-heterogeneity.yaml \
	recipes/fedsarsa-speedup.yaml \
	recipes/fedsarsa-speedup-quick.yaml \
	recipes/fedsarsa-zhang.yaml
