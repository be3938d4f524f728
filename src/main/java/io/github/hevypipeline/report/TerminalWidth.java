package io.github.hevypipeline.report;

/** Computes the width of a text in terminal cells. Thread-safe and stateless. */
final class TerminalWidth {
    /** Joins the emoji before and after it. */
    static final int JOINER = 0x200d;

    private static final int EMOJI_STYLE = 0xfe0f;

    /** The ranges of wide code points, East Asian characters and emoji, with first and last one. */
    private static final int[][] WIDE = {
        {0x1100, 0x115f}, {0x231a, 0x231b}, {0x23e9, 0x23ec}, {0x23f0, 0x23f0}, {0x23f3, 0x23f3}, {0x25fd, 0x25fe},
        {0x2614, 0x2615}, {0x2648, 0x2653}, {0x267f, 0x267f}, {0x2693, 0x2693}, {0x26a1, 0x26a1}, {0x26aa, 0x26ab},
        {0x26bd, 0x26be}, {0x26c4, 0x26c5}, {0x26ce, 0x26ce}, {0x26d4, 0x26d4}, {0x26ea, 0x26ea}, {0x26f2, 0x26f3},
        {0x26f5, 0x26f5}, {0x26fa, 0x26fa}, {0x26fd, 0x26fd}, {0x2705, 0x2705}, {0x270a, 0x270b}, {0x2728, 0x2728},
        {0x274c, 0x274c}, {0x274e, 0x274e}, {0x2753, 0x2755}, {0x2757, 0x2757}, {0x2795, 0x2797}, {0x27b0, 0x27b0},
        {0x27bf, 0x27bf}, {0x2b1b, 0x2b1c}, {0x2b50, 0x2b50}, {0x2b55, 0x2b55}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3},
        {0xf900, 0xfaff}, {0xfe30, 0xfe4f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}
    };

    private TerminalWidth() {}

    static int of(String text) {
        int width = 0;
        int last = 0;
        boolean joined = false;
        for (int point : text.codePoints().toArray()) {
            if (point == EMOJI_STYLE && last == 1) {
                width++;
                last = 2;
            } else if (!joined && !isCombining(point)) {
                last = isWide(point) ? 2 : 1;
                width += last;
            }
            joined = point == JOINER;
        }
        return width;
    }

    private static boolean isCombining(int point) {
        int type = Character.getType(point);
        boolean skinTone = point >= 0x1f3fb && point <= 0x1f3ff;
        return skinTone
                || type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.FORMAT;
    }

    private static boolean isWide(int point) {
        for (int[] range : WIDE) {
            if (point >= range[0] && point <= range[1]) {
                return true;
            }
        }
        return false;
    }
}
