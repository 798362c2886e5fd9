package org.finetune.report;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlPageTest {
    @Test
    void textsAreEscapedAndHaveNoControlCharacters() {
        String html = HtmlPage.render(
                "names.jte",
                new ReportPage.CellPhotos(
                        "cell", "a", "b", false, 1, List.of(), List.of("<b>x\u001b[31m\n\u202egpj.exe", "plain")));
        assertTrue(html.contains("<bdi>&lt;b&gt;x\\u001b[31m\\u000a\\u202egpj.exe</bdi>"), html);
        assertTrue(html.contains("<bdi>plain</bdi>"), html);
        assertFalse(html.contains("\u001b"), html);
    }
}
