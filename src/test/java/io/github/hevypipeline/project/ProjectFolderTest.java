package io.github.hevypipeline.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ConfigError;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectFolderTest {
    @TempDir
    Path temp;

    @Test
    void a_folder_of_the_working_directory_comes_first_and_can_be_edited() {
        ProjectFolder schemas = ProjectFolder.find("schemas", "resources.yaml");

        assertThat(schemas).isEqualTo(new ProjectFolder(Path.of("schemas"), true));
    }

    @Test
    void without_one_it_is_found_on_the_class_path() throws IOException {
        Path classes = Path.of("target/test-classes/only-on-class-path");
        Files.createDirectories(classes);
        Files.writeString(classes.resolve("marker.txt"), "here");

        ProjectFolder found = ProjectFolder.find("only-on-class-path", "marker.txt");

        assertThat(found.editable()).isFalse();
        assertThat(found.path().resolve("marker.txt")).hasContent("here");
    }

    @Test
    void inside_a_jar_it_is_read_in_place_however_often_and_whatever_the_jars_name() throws Exception {
        Path jar = temp.resolve("it's a #1 jar%20.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Class<?> type : new Class<?>[] {ProjectFolder.class, ConfigError.class}) {
                String name = type.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(name));
                try (InputStream in = type.getResourceAsStream("/" + name)) {
                    in.transferTo(out);
                }
            }
            out.putNextEntry(new JarEntry("only-in-jar/marker.txt"));
            out.write('x');
            out.putNextEntry(new JarEntry("only-in-jar/deep/other.txt"));
            out.write('y');
        }
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, new OnlyFailures())) {
            Class<?> type = loader.loadClass(ProjectFolder.class.getName());
            Method find = type.getMethod("find", String.class, String.class);
            for (int time = 0; time < 2; time++) {
                Object found = find.invoke(null, "only-in-jar", "marker.txt");
                Path path = (Path) type.getMethod("path").invoke(found);

                assertThat(type.getMethod("editable").invoke(found)).isEqualTo(false);
                assertThat(Files.readString(path.resolve("marker.txt"))).isEqualTo("x");
                assertThat(Files.readString(path.resolve("deep/other.txt"))).isEqualTo("y");
            }
        }
    }

    /** Hides this project's own copy of the class, so that the jar's is loaded. */
    private static final class OnlyFailures extends ClassLoader {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("io.github.hevypipeline.project")) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }

    @Test
    void a_folder_without_its_marker_is_not_the_one() {
        assertThatThrownBy(() -> ProjectFolder.find("schemas", "no-such-file"))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("schemas/")
                .hasMessageContaining("no-such-file");
    }
}
