package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.Browser;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.SmallDisk;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report of a run, whose classes and photos have hostile names, in a browser. Half a minute. */
class ReportIT {
    private static final String MARKUP = "<img src=x onerror=alert(1)><script>alert(2)<script>";
    private static final String QUOTES = "\"'`-- ]]> ${7*7} &amp; onmouseover=alert(3)";
    private static final String LONG =
            "a class whose name is very long and has no end ".repeat(4).strip();
    private static final String CONTROL = "photo\u0001\u001b[31m\u202egpj.png";
    /** Ends the names of photos, most of which would have a meaning in an address. */
    private static final String ODD = " #%41?\n\ud83d\ude00'<b>&\".png";

    private static final int NARROW = 360;

    /** Where screenshots of the page go, for people to look at. */
    private static final Path SCREENSHOTS = Path.of("target", "report-screenshots");

    @TempDir
    private static Path shared;

    private static Path run;
    private static Browser browser;

    @BeforeAll
    static void train() throws Exception {
        Path photos = shared.resolve("photos");
        List<String> names = List.of(MARKUP, QUOTES, LONG);
        for (int label = 0; label < names.size(); label++) {
            Path folder = Files.createDirectories(photos.resolve(names.get(label)));
            for (int i = 0; i < 20; i++) {
                String file = i == 0 ? CONTROL : "photo" + i + ODD;
                PhotoFolder.write(folder.resolve(file), PhotoFolder.CLASSES.get(label), new Random(100 * label + i));
            }
        }
        run = shared.resolve("run");
        Result result = TrainedRun.train(
                        photos,
                        "--report",
                        "--augment",
                        "standard",
                        "--head-lr",
                        "1e-5",
                        "--lr",
                        "1e-7",
                        "--out",
                        run.toString())
                .run();
        assertEquals(0, result.exitCode(), result.err());
        assertFalse(result.err().contains("could not be"), result.err());
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    private static Browser open(int width, String colors) {
        if (browser == null) {
            browser = Browser.start();
        }
        browser.resize(width, 900);
        browser.setColorScheme(colors);
        browser.open(run.resolve("report.html"));
        return browser;
    }

    @Test
    void nothingIsSaidLoadedOrRun() throws Exception {
        Browser page = open(1200, "light");
        assertEquals(List.of(), page.console());
        for (String event : page.events()) {
            JsonNode message = new ObjectMapper().readTree(event).get("message");
            if (message.get("method").textValue().equals("Network.requestWillBeSent")) {
                String url = message.at("/params/request/url").textValue();
                assertTrue(url.startsWith("data:") || url.endsWith("/run/report.html"), url);
            }
        }
        assertEquals(0L, page.run("return document.scripts.length"));
        assertEquals(0L, page.run("return document.querySelectorAll('[onerror],[onmouseover],img[src=x],b b').length"));
        page.screenshot(SCREENSHOTS.resolve("light.png"));
    }

    @Test
    void namesAreTexts() {
        Browser page = open(1200, "light");
        List<?> columns = (List<?>)
                page.run("return [...document.querySelectorAll('.confusion thead th bdi')].map(e => e.textContent)");
        assertEquals(List.of(QUOTES, MARKUP, LONG), columns);
        List<?> files =
                (List<?>) page.run("return [...document.querySelectorAll('.file bdi')].map(e => e.textContent)");
        assertTrue(files.contains("photo\\u0001\\u001b[31m\\u202egpj.png"), files.toString());
        String odd = ODD.replace("\n", "\\u000a");
        assertTrue(files.stream().anyMatch(name -> ((String) name).endsWith(odd)), files.toString());
    }

    @Test
    void linksLeadSomewhereAndImagesAreThere() {
        Browser page = open(1200, "light");
        assertEquals(
                List.of(),
                page.run("return [...document.querySelectorAll('a')].map(a => a.getAttribute('href'))"
                        + ".filter(h => !h.startsWith('#') || !document.getElementById(h.slice(1)))"));
        assertTrue((Long) page.run("return document.querySelectorAll('.confusion td a').length") >= 3);
        assertEquals(
                List.of(),
                page.runAsync("const done = arguments[0];"
                        + "Promise.all([...document.images].map(i => { i.loading = 'eager'; return i.decode().then("
                        + "() => i.naturalWidth > 0 ? '' : i.alt, () => i.alt) }))"
                        + ".then(alts => done(alts.filter(a => a)))"));
        assertTrue((Long) page.run("return document.querySelectorAll('.pair img').length") >= 12);
        assertEquals(0L, page.run("return [...document.images].filter(i => !i.alt).length"));
        // The first cell with photos is in sight after its link is followed.
        assertEquals(
                true,
                page.run("document.documentElement.style.scrollBehavior = 'auto';"
                        + "const a = document.querySelector('.confusion td a'); a.click();"
                        + "const box = document.getElementById(a.hash.slice(1)).getBoundingClientRect();"
                        + "return box.top < innerHeight && box.bottom > 0"));
    }

    @Test
    void darkPagesAreDark() throws Exception {
        String background = "return getComputedStyle(document.body).backgroundColor";
        String plot = "return document.querySelector('.plot').currentSrc";
        Browser page = open(1200, "light");
        Object light = page.run(background);
        Object lightPlot = page.run(plot);
        page = open(1200, "dark");
        assertEquals("rgb(255, 255, 255)", light);
        assertEquals("rgb(27, 31, 36)", page.run(background));
        assertNotEquals(lightPlot, page.run(plot));
        page.screenshot(SCREENSHOTS.resolve("dark.png"));
    }

    @Test
    void cellsOfTheMatrixCanBeRead() {
        String contrasts =
                """
                const numbers = color => color.match(/[\\d.]+/g).map(Number);
                const luminance = color => color.map(v => v / 255)
                    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
                const page = numbers(getComputedStyle(document.body).backgroundColor);
                return [...document.querySelectorAll('.confusion td a')].map(cell => {
                    const [r, g, b, alpha = 1] = numbers(getComputedStyle(cell).backgroundColor);
                    const back = luminance([r, g, b].map((v, i) => alpha * v + (1 - alpha) * page[i]));
                    const text = luminance(numbers(getComputedStyle(cell).color).slice(0, 3));
                    return (Math.max(back, text) + 0.05) / (Math.min(back, text) + 0.05);
                });
                """;
        for (String colors : List.of("light", "dark")) {
            List<?> found = (List<?>) open(1200, colors).run(contrasts);
            assertTrue(found.size() >= 3, found.toString());
            found.forEach(contrast -> assertTrue(((Number) contrast).doubleValue() > 3.8, colors + ": " + found));
        }
    }

    @Test
    void narrowPagesDoNotScrollSideways() throws Exception {
        Browser page = open(NARROW, "light");
        assertEquals((long) NARROW, page.run("return document.documentElement.scrollWidth"));
        assertEquals((long) NARROW, page.run("return innerWidth"));
        assertEquals(
                List.of(),
                page.run("return [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll')"
                        + " && !e.closest('.hidden') && e.tagName != 'BDI' && e.getBoundingClientRect().right > innerWidth + 1)"
                        + ".map(e => e.outerHTML.slice(0, 100))"));
        page.screenshot(SCREENSHOTS.resolve("narrow.png"));
    }

    @Test
    void pageCanBePrinted() throws Exception {
        byte[] pdf = open(1200, "dark").pdf();
        assertTrue(new String(pdf, StandardCharsets.ISO_8859_1).startsWith("%PDF-"));
        Files.createDirectories(SCREENSHOTS);
        Files.write(SCREENSHOTS.resolve("print.pdf"), pdf);
    }

    @Test
    void plotsAreImages() throws Exception {
        for (String name : List.of("accuracy", "calibration", "confusion", "loss", "thresholds")) {
            assertTrue(
                    ImageIO.read(run.resolve("plots/" + name + ".png").toFile()).getWidth() > 400, name);
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
            assertEquals(
                    "svg",
                    factory.newDocumentBuilder()
                            .parse(run.resolve("plots/" + name + ".svg").toFile())
                            .getDocumentElement()
                            .getTagName(),
                    name);
        }
    }

    @Test
    @Tag("slow")
    void aFullTemporaryDirectoryCostsNoPlots(@TempDir Path directory) throws Exception {
        Path out = directory.resolve("run");
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("tmp"), "64k")) {
            disk.fill();
            Result result = TrainedRun.train(
                            PhotoFolder.create(directory.resolve("photos"), 6, 1),
                            "--unfreeze",
                            "0",
                            "--report",
                            "--out",
                            out.toString())
                    .with("FINETUNE_JAVA_OPTS", "-Djava.io.tmpdir=" + disk.path())
                    .run();
            assertEquals(0, result.exitCode(), result.err());
            assertFalse(result.err().contains("font"), result.err());
        }
        assertTrue(Files.readString(out.resolve("report.html")).contains("image/svg"));
        assertTrue(Files.exists(out.resolve("plots/confusion.png")));
    }

    @Test
    void withoutFontsThereAreTables(@TempDir Path directory) throws Exception {
        Path out = directory.resolve("run");
        Path fonts = directory.resolve("no-fonts.conf");
        Files.writeString(fonts, "<?xml version=\"1.0\"?><fontconfig></fontconfig>");
        Result result = TrainedRun.train(
                        PhotoFolder.create(directory.resolve("photos"), 6, 1),
                        "--unfreeze",
                        "0",
                        "--report",
                        "--out",
                        out.toString())
                .with("FONTCONFIG_FILE", fonts.toString())
                // Where Java remembers fonts.
                .with("FINETUNE_JAVA_OPTS", "-Duser.home=" + directory)
                .run();
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.err().contains("The plots could not be drawn"), result.err());
        String html = Files.readString(out.resolve("report.html"));
        assertTrue(html.contains("Table of epochs"));
        assertFalse(html.contains("image/svg"));
    }
}
