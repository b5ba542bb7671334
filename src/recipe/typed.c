#include "recipe/typed.h"

#include <cyaml/cyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t count(const char *const *choices)
{
    size_t n = 0;
    while (choices && choices[n])
        n++;
    return n;
}

static cyaml_schema_value_t value_schema(const struct typed_field *f, struct arena *arena)
{
    cyaml_schema_value_t v = {.data_size = (uint32_t)f->size, .flags = CYAML_FLAG_STRICT};
    switch (f->kind) {
    case TYPED_BOOL: v.type = CYAML_BOOL; break;
    case TYPED_INT: v.type = CYAML_INT; break;
    case TYPED_UINT: v.type = CYAML_UINT; break;
    case TYPED_REAL: v.type = CYAML_FLOAT; break;
    case TYPED_TEXT:
        v.type = CYAML_STRING;
        v.flags = CYAML_FLAG_POINTER;
        v.data_size = 1;
        v.string.max = CYAML_UNLIMITED;
        break;
    case TYPED_ENUM: {
        size_t n = count(f->choices);
        cyaml_strval_t *names = arena_alloc(arena, n * sizeof *names);
        for (size_t i = 0; i < n; i++)
            names[i] = (cyaml_strval_t){f->choices[i], (int64_t)i};
        v.type = CYAML_ENUM;
        v.enumeration.strings = names;
        v.enumeration.count = (uint32_t)n;
        break;
    }
    }
    return v;
}

__attribute__((format(printf, 3, 0))) static void keep_first_error(cyaml_log_t level, void *ctx,
                                                                   const char *fmt, va_list args)
{
    struct err *e = ctx;
    if (level < CYAML_LOG_ERROR || e->text[0])
        return;
    vsnprintf(e->text, sizeof e->text, fmt, args);
    e->text[strcspn(e->text, "\n")] = '\0';
}

int typed_load(const struct typed_field *fields, size_t n, const char *yaml, void *block,
               size_t block_size, struct arena *arena, struct err *e)
{
    struct arena scratch = {0};
    cyaml_schema_field_t *schema = arena_alloc(&scratch, (n + 1) * sizeof *schema);
    for (size_t i = 0; i < n; i++)
        schema[i] = (cyaml_schema_field_t){.key = fields[i].key,
                                           .data_offset = (uint32_t)fields[i].offset,
                                           .value = value_schema(&fields[i], &scratch)};
    const cyaml_schema_value_t top = {.type = CYAML_MAPPING,
                                      .flags = CYAML_FLAG_POINTER,
                                      .data_size = (uint32_t)block_size,
                                      .mapping.fields = schema};
    struct err why = ERR_INIT;
    const cyaml_config_t config = {.log_fn = keep_first_error,
                                   .log_ctx = &why,
                                   .log_level = CYAML_LOG_ERROR,
                                   .mem_fn = cyaml_mem};
    void *loaded = NULL;
    int status = OK;
    cyaml_err_t failed = cyaml_load_data((const uint8_t *)yaml, strlen(yaml), &config, &top,
                                         (cyaml_data_t **)&loaded, NULL);
    if (failed != CYAML_OK || !loaded) {
        status = err_set(e, ERR_INTERNAL, "the resolved recipe does not load: %s (%s)",
                         cyaml_strerror(failed), why.text);
        goto free_schema;
    }
    memcpy(block, loaded, block_size);
    for (size_t i = 0; i < n; i++)
        if (fields[i].kind == TYPED_TEXT) {
            char *text;
            memcpy(&text, (char *)block + fields[i].offset, sizeof text);
            text = arena_strdup(arena, text);
            memcpy((char *)block + fields[i].offset, &text, sizeof text);
        }
    cyaml_free(&config, &top, loaded, 0);
free_schema:
    arena_finish(&scratch);
    return status;
}
