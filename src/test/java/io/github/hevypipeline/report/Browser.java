package io.github.hevypipeline.report;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium without a network, as a person's browser. Owned by one test. */
public final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> CHROMIUM =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
    private static final List<String> DRIVER = List.of(
            "/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver", "/usr/lib/chromium-browser/chromedriver");

    /** Notes the box of each text that a page writes on a canvas, in pixels of the canvas. */
    private static final String NOTES_TEXTS = """
            window.writtenTexts = [];
            const write = CanvasRenderingContext2D.prototype.fillText;
            CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
                const at = this.getTransform().transformPoint(new DOMPoint(x, y)), size = this.measureText(text);
                window.writtenTexts.push({ canvas: this.canvas, text,
                    left: at.x - size.actualBoundingBoxLeft, right: at.x + size.actualBoundingBoxRight,
                    top: at.y - size.actualBoundingBoxAscent, bottom: at.y + size.actualBoundingBoxDescent });
                return write.call(this, text, x, y, ...rest);
            };
            """;

    private final ChromeDriver driver;

    private Browser(String chromium, String driver) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--force-device-scale-factor=1",
                "--host-resolver-rules=MAP * ~NOTFOUND");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(driver))
                .withEnvironment(Map.of("TZ", "UTC"))
                .build();
        this.driver = new ChromeDriver(service, options);
        this.driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", NOTES_TEXTS));
    }

    /** A browser; the test that asks for one is skipped where there is none. */
    public static Browser start() {
        String chromium = first(CHROMIUM);
        String chromedriver = first(DRIVER);
        boolean found = chromium != null && chromedriver != null;
        if (!found) {
            System.err.println("SKIPPED: the report is not looked at, for want of chromium and chromedriver"
                    + " (Debian: apt-get install chromium chromium-driver)");
        }
        assumeTrue(found, "there is no chromium with its chromedriver");
        return new Browser(chromium, chromedriver);
    }

    private static String first(List<String> paths) {
        return paths.stream()
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElse(null);
    }

    /** Opens a page in a window of this size, in pixels, and waits until it has drawn itself. */
    public Browser open(Path page, String hash, int width, int height, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
        driver.get("about:blank");
        complaints();
        driver.get(page.toUri() + hash);
        return this;
    }

    /** As the other {@code open}: a light desktop. */
    public Browser open(Path page) {
        return open(page, "", 1200, 900, false);
    }

    /** What a script in the page returns. */
    public Object ask(String script) {
        return driver.executeScript(script);
    }

    public String text(String selector) {
        return driver.findElement(By.cssSelector(selector)).getText();
    }

    public List<String> texts(String selector) {
        return driver.findElements(By.cssSelector(selector)).stream()
                .map(WebElement::getText)
                .toList();
    }

    public void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    public void type(String selector, String text) {
        driver.findElement(By.cssSelector(selector)).sendKeys(text);
    }

    /** Chooses the option with this value, as a person does. */
    public void choose(String select, String value) {
        driver.findElements(By.cssSelector(select + " option")).stream()
                .filter(option -> value.equals(option.getDomAttribute("value")))
                .findFirst()
                .orElseThrow()
                .click();
    }

    /** How many pixels of an element's canvas have a colour, and how many of the colours differ. */
    public List<Long> drawn(String selector) {
        Object counted = ask("""
                const canvas = document.querySelector('%s canvas');
                const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                const colours = new Set();
                let painted = 0;
                for (let i = 0; i < pixels.length; i += 4) {
                    if (pixels[i + 3] > 200) { painted++; colours.add(`${pixels[i]},${pixels[i+1]},${pixels[i+2]}`); }
                }
                return [painted, colours.size];
                """.formatted(selector));
        return ((List<?>) counted)
                .stream().map(number -> ((Number) number).longValue()).toList();
    }

    /** The texts written on the page's canvases, those of charts that were drawn again included. */
    public List<?> canvasTexts() {
        return (List<?>) ask("return window.writtenTexts.map(one => one.text)");
    }

    /** Those of {@link #canvasTexts} that are cut: they reach beyond their canvas. */
    public List<?> cutCanvasTexts() {
        return (List<?>) ask("""
                return window.writtenTexts
                    .filter(one => one.left < 0 || one.top < 0
                        || one.right > one.canvas.width || one.bottom > one.canvas.height)
                    .map(one => `${one.text}: ${one.left} to ${one.right} of ${one.canvas.width}`);
                """);
    }

    /** The visible elements that reach beyond the sides of their card, unless it scrolls, and those beyond the page. */
    public List<?> beyondTheirCard() {
        return (List<?>) ask("""
                const scrolls = (one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
                const found = [];
                for (const card of document.querySelectorAll("header, main, .card, .tile, article")) {
                    const room = card.getBoundingClientRect();
                    const right = Math.min(room.right, document.documentElement.clientWidth);
                    const walk = (one) => {
                        const box = one.getBoundingClientRect();
                        if (box.width > 0 && (box.left < room.left - 0.5 || box.right > right + 0.5)) {
                            found.push(`${one.tagName} ${one.id || one.className}: ${box.left} to ${box.right}`
                                + ` in ${card.tagName} ${card.id}: ${room.left} to ${right}`);
                        }
                        if (!scrolls(one)) { [...one.children].forEach(walk); }
                    };
                    if (!scrolls(card)) { [...card.children].forEach(walk); }
                }
                return found;
                """);
    }

    /** What the browser's console complains of since the page was opened, but for advice on speed. */
    public List<String> complaints() {
        return entries(LogType.BROWSER)
                .map(LogEntry::getMessage)
                .filter(message -> !message.startsWith("rendering"))
                .toList();
    }

    /** The addresses requested since the last call, without the page itself and its parts. */
    public List<String> requests() throws IOException {
        List<String> addresses = new ArrayList<>();
        for (LogEntry entry : entries(LogType.PERFORMANCE).toList()) {
            JsonNode message = JSON.readTree(entry.getMessage()).path("message");
            String address = message.at("/params/request/url").asText();
            boolean own = address.startsWith("file:")
                    && message.at("/params/type").asText().equals("Document");
            if (message.path("method").asText().equals("Network.requestWillBeSent")
                    && !own
                    && !address.startsWith("data:")) {
                addresses.add(address);
            }
        }
        return addresses;
    }

    private Stream<LogEntry> entries(String type) {
        return driver.manage().logs().get(type).getAll().stream();
    }

    /** A picture of what the window shows. */
    public void picture(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Map<String, Object> shot = driver.executeCdpCommand("Page.captureScreenshot", Map.of("format", "png"));
        Files.write(file, Base64.getDecoder().decode((String) shot.get("data")));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
