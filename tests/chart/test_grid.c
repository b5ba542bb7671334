/* The cell grid: clipping, wide characters, frames in three glyph sets, text dumps. */
#include "chart/grid.h"
#include "check.h"

static struct grid grid;
static struct buf dump;

static const char *shown(void)
{
    buf_clear(&dump);
    grid_dump(&grid, &dump);
    return buf_text(&dump);
}

static void start(int rows, int cols)
{
    grid_finish(&grid);
    grid_init(&grid, rows, cols);
}

static void text_is_clipped_with_an_ellipsis(void)
{
    start(4, 10);
    CU_ASSERT_EQUAL(grid_text(&grid, 0, 0, 10, 0, 0, "exactly 10"), 10);
    CU_ASSERT_EQUAL(grid_text(&grid, 1, 0, 9, 0, 0, "exactly 10"), 9);
    CU_ASSERT_EQUAL(grid_text(&grid, 2, 2, 1, 0, 0, "ab"), 1);
    CU_ASSERT_EQUAL(grid_text(&grid, 3, 0, 0, 0, 0, "ab"), 0);
    CU_ASSERT_EQUAL(grid_text(&grid, 3, 0, 5, 0, 0, NULL), 0);
    CHECK_TEXT(shown(), "exactly 10\nexactly …\n  …\n\n");
}

static void wide_characters_take_two_cells(void)
{
    start(5, 6);
    CU_ASSERT_EQUAL(grid_text(&grid, 0, 0, 6, 0, 0, "日本語"), 6);
    CU_ASSERT_EQUAL(grid_text(&grid, 1, 0, 5, 0, 0, "日本語"), 5);
    /* 4 columns: one ideogram and the ellipsis; the second would need columns 2 and 3 */
    CU_ASSERT_EQUAL(grid_text(&grid, 2, 0, 4, 0, 0, "日本語"), 3);
    grid_put(&grid, 3, 5, 0x65E5, 0, 0); /* half of it outside: nothing of it */
    grid_put(&grid, 4, 1, 'x', 0, 0);
    CHECK_TEXT(shown(), "日本語\n日本…\n日…\n\n x\n");
    CU_ASSERT_EQUAL(grid.cells[1].cp, 0);
}

static void overwriting_half_a_wide_character_blanks_the_rest(void)
{
    start(3, 4);
    for (int row = 0; row < 3; row++)
        grid_text(&grid, row, 0, 4, 0, 0, "日本");
    grid_put(&grid, 0, 1, 'x', 0, 0);    /* right half of the first */
    grid_put(&grid, 1, 2, 'y', 0, 0);    /* left half of the second */
    grid_put(&grid, 2, 1, 0x8A9E, 0, 0); /* across both */
    CHECK_TEXT(shown(), " x本\n日y\n 語\n");
    for (int row = 0; row < 3; row++)
        grid_text(&grid, row, 0, 4, 0, 0, "日本");
    grid_fill(&grid, (struct rect){0, 1, 3, 2}, '.', 0, 0, 0);
    CHECK_TEXT(shown(), " ..\n ..\n ..\n");
}

static void controls_and_combining_marks_are_left_out(void)
{
    start(1, 8);
    CU_ASSERT_EQUAL(grid_text(&grid, 0, 0, 8, 0, 0, "a\x1b[2J\ne\xcc\x81z"), 6);
    CHECK_TEXT(shown(), "a[2Jez\n");
}

static void cells_outside_are_ignored(void)
{
    start(2, 3);
    grid_put(&grid, -1, 0, 'x', 0, 0);
    grid_put(&grid, 0, -1, 'x', 0, 0);
    grid_put(&grid, 2, 0, 'x', 0, 0);
    grid_put(&grid, 0, 3, 'x', 0, 0);
    grid_text(&grid, 0, -2, 9, 0, 0, "abcdefgh");
    grid_fill(&grid, (struct rect){1, -5, 10, 7}, '#', 0, 0, 0);
    CHECK_TEXT(shown(), "cde\n##\n");
    start(0, 0);
    grid_put(&grid, 0, 0, 'x', 0, 0);
    CHECK_TEXT(shown(), "");
}

static void boxes_have_three_glyph_sets(void)
{
    static const char *const expected[] = {
        [GLYPHS_BRAILLE] = "╭─ mse ────╮\n│          │\n╰──────────╯\n",
        [GLYPHS_BLOCK] = "┌─ mse ────┐\n│          │\n└──────────┘\n",
        [GLYPHS_ASCII] = "+- mse ----+\n|          |\n+----------+\n",
    };
    for (int g = GLYPHS_BRAILLE; g <= GLYPHS_ASCII; g++) {
        start(3, 12);
        struct rect in =
            grid_box(&grid, (struct rect){0, 0, 3, 12}, (enum glyphs)g, ROLE_BORDER, "mse");
        CHECK_TEXT(shown(), expected[g]);
        CU_ASSERT(in.row == 1 && in.col == 1 && in.rows == 1 && in.cols == 10);
    }
}

static void boxes_survive_any_size(void)
{
    start(5, 9);
    struct rect in = grid_box(&grid, (struct rect){0, 0, 1, 9}, GLYPHS_ASCII, 0, "title");
    CU_ASSERT(in.rows == 0 && in.cols == 0);
    in = grid_box(&grid, (struct rect){0, 0, 2, 2}, GLYPHS_ASCII, 0, "title");
    CU_ASSERT(in.rows == 0 && in.cols == 0);
    CHECK_TEXT(shown(), "++\n++\n\n\n\n");
    grid_box(&grid, (struct rect){2, 0, 2, 9}, GLYPHS_ASCII, 0, "title");
    CHECK_TEXT(shown(), "++\n++\n+- ti… -+\n+-------+\n\n");
}

static void equal_grids_are_equal(void)
{
    struct grid a, b;
    grid_init(&a, 2, 3);
    grid_init(&b, 2, 3);
    grid_text(&a, 0, 0, 3, ROLE_KEY, 0, "abc");
    CU_ASSERT_FALSE(grid_equal(&a, &b));
    grid_text(&b, 0, 0, 3, ROLE_KEY, 0, "abc");
    CU_ASSERT_TRUE(grid_equal(&a, &b));
    grid_put(&b, 0, 0, 'a', ROLE_BAD, 0);
    CU_ASSERT_FALSE(grid_equal(&a, &b));
    grid_resize(&b, 3, 2);
    CU_ASSERT_FALSE(grid_equal(&a, &b));
    grid_finish(&a);
    grid_finish(&b);
}

static void everything_has_an_ascii_look_alike(void)
{
    start(2, 12);
    grid_text(&grid, 0, 0, 12, 0, 0, "● 1 ± 2 · ▸");
    grid_text(&grid, 1, 0, 12, 0, 0, "日→ ✓ ✗ ⣿ é");
    grid_to_ascii(&grid);
    CHECK_TEXT(shown(), "* 1 ~ 2 - >\n?\?> + x # ?\n");
}

static void long_formats_are_not_cut_by_a_buffer(void)
{
    start(1, 600);
    CU_ASSERT_EQUAL(grid_printf(&grid, 0, 0, 600, 0, 0, "%0500d|", 7), 501);
    CU_ASSERT_EQUAL(grid.cells[500].cp, '|');
    grid_finish(&grid);
    buf_finish(&dump);
}

CHECK_MAIN("chart/grid", {"text is clipped with an ellipsis", text_is_clipped_with_an_ellipsis},
           {"wide characters take two cells", wide_characters_take_two_cells},
           {"overwriting half a wide character blanks the rest",
            overwriting_half_a_wide_character_blanks_the_rest},
           {"controls and combining marks are left out", controls_and_combining_marks_are_left_out},
           {"cells outside are ignored", cells_outside_are_ignored},
           {"boxes have three glyph sets", boxes_have_three_glyph_sets},
           {"boxes survive any size", boxes_survive_any_size},
           {"equal grids are equal", equal_grids_are_equal},
           {"everything has an ASCII look-alike", everything_has_an_ascii_look_alike},
           {"long formats are not cut by a buffer", long_formats_are_not_cut_by_a_buffer})
