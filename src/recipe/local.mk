src_libcore_a_SOURCES += src/recipe/recipe.h 
