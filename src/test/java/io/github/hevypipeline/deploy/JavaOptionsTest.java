package io.github.hevypipeline.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What was measured for the launcher holds for the image too. */
class JavaOptionsTest {
    private static final Pattern OF_LAUNCHER = Pattern.compile("^flags=\"(.*)\"$", Pattern.MULTILINE);
    private static final Pattern OPTION = Pattern.compile("-X[^ <\"]+");
    private static final String ARCHIVE = "-XX:SharedArchiveFile=/app/classes.jsa";

    private static List<String> options(String text) {
        return OPTION.matcher(text).results().map(MatchResult::group).toList();
    }

    private static List<String> options(Matcher lines) {
        return lines.results().flatMap(line -> options(line.group(1)).stream()).toList();
    }

    @Test
    void the_image_starts_java_with_the_options_of_the_launcher_and_its_archive() throws IOException {
        String launcher = Files.readString(Path.of("bin/hevy-pipeline"));
        String image = Files.readString(Path.of("deploy/image/pom.xml"));
        List<String> wanted = options(OF_LAUNCHER.matcher(launcher));

        assertThat(wanted).hasSizeGreaterThan(10);
        assertThat(options(image.substring(image.indexOf("<entrypoint>"), image.indexOf("</entrypoint>"))))
                .doesNotHaveDuplicates()
                .contains(ARCHIVE)
                .filteredOn(option -> !option.equals(ARCHIVE))
                .containsExactlyInAnyOrderElementsOf(wanted);
    }
}
