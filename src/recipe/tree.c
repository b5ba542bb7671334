/* libyaml's events to nodes with positions. Everything YAML can say and a recipe cannot (tags,
 * merge keys, several documents, keys that are not text) is refused here, in words. */
#include "recipe/parse.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct anchor {
    const char *name;
    struct node *node; /* NULL while it is being read: an alias to it would contain itself */
    size_t nodes;      /* values inside, aliases followed */
    unsigned height;
};

struct builder {
    struct recipe *r;
    const char *text; /* of the file */
    size_t text_len;
    uint32_t file;
    yaml_parser_t parser;
    yaml_event_t event; /* the current one */
    bool failed;        /* libyaml gave up, or a limit was passed: stop reading */
    struct place last;
    VEC(struct anchor) anchors;
    size_t nodes;
};

/* ---- places ---- */

void place_advance(struct place *p, const char *text, size_t n, size_t index)
{
    while (p->index < index && p->byte < n) {
        uint32_t cp;
        char c = text[p->byte];
        bool crlf = c == '\r' && p->byte + 1 < n && text[p->byte + 1] == '\n';
        p->byte += text_decode(text + p->byte, n - p->byte, &cp);
        p->index++;
        if ((c == '\n' || c == '\r') && !crlf) {
            p->line++;
            p->column = 1;
        } else {
            p->column++;
        }
    }
}

static struct place place_of(struct builder *b, const yaml_mark_t *m)
{
    if (m->index < b->last.index)
        b->last = (struct place)PLACE_START;
    place_advance(&b->last, b->text, b->text_len, m->index);
    return b->last;
}

/* From start to end, cut at the end of the first line. */
static struct mark mark_of(struct builder *b, const yaml_mark_t *start, const yaml_mark_t *end)
{
    struct place from = place_of(b, start), to = from;
    place_advance(&to, b->text, b->text_len, end->index);
    size_t width;
    if (to.line == from.line) {
        width = to.index - from.index;
    } else {
        struct place p = from;
        while (p.line == from.line && p.byte < b->text_len && b->text[p.byte] != '\n' &&
               b->text[p.byte] != '\r')
            place_advance(&p, b->text, b->text_len, p.index + 1);
        width = p.index - from.index;
    }
    return (struct mark){from.line, from.column, width ? (uint32_t)width : 1, b->file};
}

static struct mark event_mark(struct builder *b)
{
    return mark_of(b, &b->event.start_mark, &b->event.end_mark);
}

/* ---- events ---- */

static void complain_syntax(struct builder *b)
{
    const yaml_parser_t *p = &b->parser;
    struct place at = place_of(b, &p->problem_mark);
    char c = at.byte < b->text_len ? b->text[at.byte] : '\0';
    struct complaint what =
        syntax_explain(p->problem ? p->problem : "the YAML is not understood", p->context, c);
    if (what.at_context)
        at = place_of(b, &p->context_mark);
    recipe_error(b->r, (struct mark){at.line, at.column, 1, b->file}, what.hint, "%s", what.text);
}

static bool next(struct builder *b)
{
    yaml_event_delete(&b->event);
    if (!b->failed && !yaml_parser_parse(&b->parser, &b->event)) {
        complain_syntax(b);
        b->failed = true;
    }
    return !b->failed;
}

static const char *tag_of(const yaml_event_t *e)
{
    const yaml_char_t *tag = e->type == YAML_SCALAR_EVENT           ? e->data.scalar.tag
                             : e->type == YAML_SEQUENCE_START_EVENT ? e->data.sequence_start.tag
                             : e->type == YAML_MAPPING_START_EVENT  ? e->data.mapping_start.tag
                                                                    : NULL;
    return (const char *)tag;
}

static const char *anchor_of(const yaml_event_t *e)
{
    const yaml_char_t *a = e->type == YAML_SCALAR_EVENT           ? e->data.scalar.anchor
                           : e->type == YAML_SEQUENCE_START_EVENT ? e->data.sequence_start.anchor
                           : e->type == YAML_MAPPING_START_EVENT  ? e->data.mapping_start.anchor
                                                                  : NULL;
    return (const char *)a;
}

static struct anchor *find_anchor(struct builder *b, const char *name)
{
    for (size_t i = b->anchors.len; i-- > 0;)
        if (strcmp(b->anchors.data[i].name, name) == 0)
            return &b->anchors.data[i];
    return NULL;
}

/* ---- nodes ---- */

static bool within_limits(struct builder *b, struct mark at, size_t more, unsigned depth)
{
    b->nodes += more;
    if (depth > RECIPE_MAX_DEPTH)
        recipe_error(b->r, at, NULL, "the recipe is nested deeper than %d levels",
                     RECIPE_MAX_DEPTH);
    else if (b->nodes > RECIPE_MAX_NODES)
        recipe_error(b->r, at, "aliases count as much as what they stand for",
                     "the recipe has more than %d values", RECIPE_MAX_NODES);
    else
        return true;
    b->failed = true;
    return false;
}

static struct node *read_node(struct builder *b, unsigned depth, unsigned *height);

static struct node *read_alias(struct builder *b, unsigned depth, unsigned *height)
{
    struct mark at = event_mark(b);
    const char *name = (const char *)b->event.data.alias.anchor;
    const struct anchor *a = find_anchor(b, name);
    struct node *node = NULL;
    if (!a)
        recipe_error(b->r, at, "an anchor &name must come before its alias *name",
                     "there is no anchor &%s", name);
    else if (!a->node)
        recipe_error(b->r, at, NULL, "*%s stands inside &%s and would contain itself", name, name);
    else if (within_limits(b, at, a->nodes, depth + a->height)) {
        node = a->node;
        *height = a->height;
    }
    next(b);
    return node;
}

static void read_scalar(struct builder *b, struct node *node)
{
    const char *text = (const char *)b->event.data.scalar.value;
    size_t n = b->event.data.scalar.length;
    if (strlen(text) != n)
        recipe_error(b->r, node->at, NULL, "text cannot contain the character \\0");
    node->kind = NODE_SCALAR;
    node->quoted = b->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->text = arena_strdup(&b->r->arena, text);
    next(b);
}

static void push(struct node *node, size_t *cap, const char *key, struct mark key_at,
                 struct node *value)
{
    if (node->num_items == *cap) {
        *cap = *cap ? 2 * *cap : 8;
        node->items = mem_grow(node->items, *cap, sizeof *node->items);
    }
    node->items[node->num_items].key = key;
    node->items[node->num_items].key_at = key_at;
    node->items[node->num_items++].value = value;
}

/* Moves the items from the heap to the arena, where nodes live. */
static void settle(struct builder *b, struct node *node)
{
    void *items = arena_alloc(&b->r->arena, node->num_items * sizeof *node->items);
    if (node->num_items)
        memcpy(items, node->items, node->num_items * sizeof *node->items);
    free(node->items);
    node->items = items;
}

static void read_sequence(struct builder *b, struct node *node, unsigned depth, unsigned *height)
{
    node->kind = NODE_SEQUENCE;
    size_t cap = 0;
    next(b);
    while (!b->failed && b->event.type != YAML_SEQUENCE_END_EVENT) {
        unsigned below = 0;
        struct node *item = read_node(b, depth + 1, &below);
        if (item)
            push(node, &cap, NULL, item->at, item);
        *height = below + 1 > *height ? below + 1 : *height;
    }
    settle(b, node);
    next(b);
}

struct key_place {
    const char *key;
    size_t index;
};

static int by_key(const void *x, const void *y)
{
    const struct key_place *a = x, *b = y;
    int c = strcmp(a->key, b->key);
    return c ? c : a->index < b->index ? -1 : 1;
}

/* Complains about keys given twice and keeps the first of them. */
static void refuse_duplicates(struct builder *b, struct node *node)
{
    struct key_place *sorted = mem_alloc(node->num_items * sizeof *sorted);
    for (size_t i = 0; i < node->num_items; i++)
        sorted[i] = (struct key_place){node->items[i].key, i};
    qsort(sorted, node->num_items, sizeof *sorted, by_key);
    bool any = false;
    for (size_t i = 1, first = 0; i < node->num_items; i++) {
        if (strcmp(sorted[i].key, sorted[first].key) != 0) {
            first = i;
            continue;
        }
        char hint[80];
        snprintf(hint, sizeof hint, "it was first given on line %u",
                 node->items[sorted[first].index].key_at.line);
        recipe_error(b->r, node->items[sorted[i].index].key_at, hint, "%s is given twice",
                     sorted[i].key);
        node->items[sorted[i].index].value = NULL;
        any = true;
    }
    free(sorted);
    size_t kept = 0;
    for (size_t i = 0; any && i < node->num_items; i++)
        if (node->items[i].value)
            node->items[kept++] = node->items[i];
    if (any)
        node->num_items = kept;
}

/* Reads a key into *key (NULL after a complaint). */
static void read_key(struct builder *b, unsigned depth, const char **key, struct mark *at)
{
    *at = event_mark(b);
    *key = NULL;
    if (b->event.type == YAML_SCALAR_EVENT && !tag_of(&b->event) && !anchor_of(&b->event)) {
        const char *text = (const char *)b->event.data.scalar.value;
        if (strcmp(text, "<<") == 0 && b->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
            recipe_error(b->r, *at, "extends: [FILE] takes the keys of another file",
                         "merge keys (<<) are not used in recipes");
        else if (strlen(text) != b->event.data.scalar.length)
            recipe_error(b->r, *at, NULL, "a key cannot contain the character \\0");
        else
            *key = arena_strdup(&b->r->arena, text);
        next(b);
        return;
    }
    recipe_error(b->r, *at, "write key: value", "a key must be plain text");
    unsigned height = 0;
    read_node(b, depth + 1, &height);
}

static void read_mapping(struct builder *b, struct node *node, unsigned depth, unsigned *height)
{
    node->kind = NODE_MAPPING;
    size_t cap = 0;
    next(b);
    while (!b->failed && b->event.type != YAML_MAPPING_END_EVENT) {
        const char *key;
        struct mark key_at;
        unsigned below = 0;
        read_key(b, depth, &key, &key_at);
        if (b->failed)
            break;
        struct node *value = read_node(b, depth + 1, &below);
        if (key && value)
            push(node, &cap, key, key_at, value);
        *height = below + 1 > *height ? below + 1 : *height;
    }
    settle(b, node);
    refuse_duplicates(b, node);
    next(b);
}

/* Reads one value; the current event is its first. NULL only after a complaint. What was read
 * before libyaml gave up is kept: the head of a broken recipe still names it in lists. */
static struct node *read_node(struct builder *b, unsigned depth, unsigned *height)
{
    if (b->event.type == YAML_ALIAS_EVENT)
        return read_alias(b, depth, height);
    struct mark at = event_mark(b);
    if (!within_limits(b, at, 1, depth))
        return NULL;
    if (tag_of(&b->event))
        recipe_error(b->r, at, "remove the tag; text that starts with '!' needs quotes",
                     "tags (!…) are not used in recipes");
    size_t before = b->nodes, anchor = b->anchors.len;
    const char *name = anchor_of(&b->event);
    if (name) {
        struct anchor a = {.name = arena_strdup(&b->r->arena, name)};
        vec_push(&b->anchors, a);
    }
    struct node *node = arena_alloc(&b->r->arena, sizeof *node);
    node->at = at;
    switch (b->event.type) {
    case YAML_SEQUENCE_START_EVENT: read_sequence(b, node, depth, height); break;
    case YAML_MAPPING_START_EVENT: read_mapping(b, node, depth, height); break;
    default: read_scalar(b, node); break;
    }
    if (name) {
        b->anchors.data[anchor].node = node;
        b->anchors.data[anchor].nodes = b->nodes - before + 1;
        b->anchors.data[anchor].height = *height;
    }
    return node;
}

struct node *node_get(const struct node *m, const char *key)
{
    for (size_t i = 0; m && m->kind == NODE_MAPPING && i < m->num_items; i++)
        if (strcmp(m->items[i].key, key) == 0)
            return m->items[i].value;
    return NULL;
}

static const char *head_text(const struct node *m, const char *key)
{
    const struct node *n = node_get(m, key);
    return n && n->kind == NODE_SCALAR ? n->text : "";
}

void tree_read_head(struct recipe *r, const struct node *root)
{
    r->name = head_text(root, "name");
    r->describe = head_text(root, "describe");
    r->duration = head_text(root, "duration");
    r->algorithm = head_text(node_get(root, "algorithm"), "name");
    r->env = head_text(node_get(root, "env"), "name");
}

static struct node *read_document(struct builder *b)
{
    if (!next(b) || !next(b)) /* stream start, document start */
        return NULL;
    if (b->event.type == YAML_STREAM_END_EVENT || !next(b)) {
        if (!b->failed)
            recipe_error(b->r, (struct mark){1, 1, 0, b->file},
                         "see man rlbench-recipe for an example", "the recipe is empty");
        return NULL;
    }
    unsigned height = 0;
    struct node *root = read_node(b, 0, &height);
    if (b->failed || !next(b)) /* document end */
        return root;
    if (b->event.type == YAML_DOCUMENT_START_EVENT)
        recipe_error(b->r, event_mark(b), "move it into a file of its own",
                     "a second document starts here; a recipe is one document");
    return root;
}

void tree_build(struct recipe *r, uint32_t file)
{
    const struct mark top = {1, 1, 0, file};
    struct builder b = {.r = r,
                        .text = r->files.data[file].text,
                        .text_len = r->files.data[file].text_len,
                        .file = file,
                        .last = PLACE_START};
    if (!yaml_parser_initialize(&b.parser)) {
        recipe_error(r, top, NULL, "out of memory");
        return;
    }
    yaml_parser_set_input_string(&b.parser, (const unsigned char *)b.text, b.text_len);
    yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
    struct node *root = read_document(&b);
    if (root && root->kind == NODE_SCALAR && !*root->text && !root->quoted && !b.failed)
        recipe_error(r, top, "see man rlbench-recipe for an example", "the recipe is empty");
    else if (root && root->kind != NODE_MAPPING && !b.failed)
        recipe_error(r, root->at, "see man rlbench-recipe for an example",
                     "a recipe is a mapping of key: value lines");
    else if (root && root->kind == NODE_MAPPING) {
        if (file == 0)
            tree_read_head(r, root);
        r->files.data[file].own = b.failed ? NULL : root;
    }
    free(b.anchors.data);
    yaml_event_delete(&b.event);
    yaml_parser_delete(&b.parser);
}
