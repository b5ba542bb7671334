dist_recipes_DATA +=
