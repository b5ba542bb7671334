src_libcore_a_SOURCES += \
	src/recipe/diag.c \
	src/recipe/extends.c \
	src/recipe/find.c \
	src/recipe/merge.c \
	src/recipe/parse.h \
	src/recipe/recipe.c src/recipe/recipe.h \
	src/recipe/syntax.c \
	src/recipe/tree.c \
	src/recipe/typed.c src/recipe/typed.h \
	src/recipe/yaml_text.c
