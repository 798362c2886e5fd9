package org.finetune.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import org.finetune.Printable;

/** Pages made of the templates in {@code src/main/jte}. */
final class HtmlPage {
    private HtmlPage() {}

    /** Escapes texts for their places in a page, as its superclass does, and control characters and the like before that. */
    private static final class PrintableOutput extends OwaspHtmlTemplateOutput {
        PrintableOutput(StringOutput out) {
            super(out);
        }

        @Override
        public void writeUserContent(String text) {
            super.writeUserContent(text == null ? null : Printable.of(text));
        }
    }

    /**
     * Renders a template. Texts may say anything: none is taken for markup, and none has control characters or changes the
     * writing direction of what is around it.
     *
     * @param template name of the file of the template
     * @param content its parameter
     */
    static String render(String template, Object content) {
        StringOutput html = new StringOutput();
        TemplateEngine.createPrecompiled(null, ContentType.Html, HtmlPage.class.getClassLoader(), "org.finetune.report")
                .render(template, content, new PrintableOutput(html));
        return html.toString();
    }
}
