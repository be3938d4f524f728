package io.github.hevypipeline.report;

import java.util.List;

/** The drawing of what depends on what, in a page that is open. */
record DrawnLineage(Browser browser) {
    /** Which edges pass behind a table and which tables cover one another; empty if all can be seen. */
    List<?> faults() {
        return (List<?>) browser.ask("""
                const boxes = [...document.querySelectorAll('#lineage .node')].map(one => {
                    const rect = one.querySelector('rect').getBBox(), at = one.transform.baseVal[0].matrix;
                    return { name: one.querySelector('text').textContent, left: at.e, top: at.f,
                        right: at.e + rect.width, bottom: at.f + rect.height };
                });
                const bad = [];
                for (const edge of document.querySelectorAll('#lineage path.edge')) {
                    for (let at = 2; at < edge.getTotalLength() - 2; at += 3) {
                        const { x, y } = edge.getPointAtLength(at);
                        for (const box of boxes) {
                            if (x > box.left + 1 && x < box.right - 1 && y > box.top - 1 && y < box.bottom + 1) {
                                bad.push(`${edge.dataset.from} to ${edge.dataset.to} behind ${box.name}`);
                            }
                        }
                    }
                }
                for (const a of boxes) for (const b of boxes) {
                    if (a !== b && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) {
                        bad.push(`${a.name} covers ${b.name}`);
                    }
                }
                return [...new Set(bad)];
                """);
    }
}
