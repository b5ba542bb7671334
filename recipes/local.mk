dist_recipes_DATA += \
	recipes/cliff.yaml \
	recipes/sarsa-lambda.yaml
