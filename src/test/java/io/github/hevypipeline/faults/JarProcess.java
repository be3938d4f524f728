package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The packaged jar as its users run it: a process of its own in a folder, with nothing in its environment that is ours
 * but what was given.
 *
 * <p>Not thread-safe; owned by one test, which may have several processes under way.
 */
public final class JarProcess {
    /** The jar under test. */
    public static final Path JAR = Path.of("target", "hevy-pipeline.jar").toAbsolutePath();

    private static final String OURS =
            "(AWS|HEVY|S3|PIPELINE|DUCKDB|DBT|DLT|CAMEL)_.*|LOG_LEVEL|.*JAVA.*OPT.*|_JAVA_OPTIONS";

    /** Java leaves alone a signal that it finds ignored, as under nohup or in a script's background, where tests may run. */
    private static final List<String> HEEDING_SIGNALS = heedingSignals();

    private final Path folder;
    private final Path logs;
    private final Map<String, String> environment = new HashMap<>();
    private List<String> prefix = List.of();
    private List<String> jvmOptions = List.of();
    private List<Path> classPath = List.of();
    private List<String> program = List.of();
    private Duration limit = Await.LIMIT;
    private int started;

    /**
     * Nothing is started yet.
     *
     * @param folder the working directory
     * @param logs where standard output and standard error go, outside of the working directory
     */
    public JarProcess(Path folder, Path logs) {
        this.folder = folder;
        this.logs = logs;
    }

    /** Sets a variable of the environment of processes that are yet to start. */
    public JarProcess with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** The same for many variables. */
    public JarProcess with(Map<String, String> variables) {
        environment.putAll(variables);
        return this;
    }

    /** Sets no variable but what the machine has. */
    public JarProcess withEmptyEnvironment() {
        environment.clear();
        return this;
    }

    /** Takes a variable back. */
    public JarProcess without(String variable) {
        environment.remove(variable);
        return this;
    }

    /** What was given so far. */
    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** More options of the Java virtual machine, in place of those given before. */
    public JarProcess jvm(String... options) {
        jvmOptions = List.of(options);
        return this;
    }

    /** Folders with classes that the process finds beside those of the jar, in place of those given before. */
    public JarProcess classPath(Path... folders) {
        classPath = List.of(folders);
        return this;
    }

    /** The command, such as a shell with limits, which is given the whole command line of Java as its arguments. */
    public JarProcess under(String... command) {
        prefix = List.of(command);
        return this;
    }

    /** Starts through {@code bin/hevy-pipeline}, which keeps what makes it fast in {@code cache}. */
    public JarProcess throughLauncher(Path cache) {
        return through(Path.of("bin", "hevy-pipeline").toAbsolutePath().toString())
                .with("HEVY_PIPELINE_CACHE", cache.toString());
    }

    /** Starts this command in place of Java with the jar. */
    public JarProcess through(String... command) {
        program = List.of(command);
        return this;
    }

    /** How long a process may take at most, where {@link Await#LIMIT} is not enough. */
    public JarProcess within(Duration time) {
        limit = time;
        return this;
    }

    /** Runs to the end. */
    public Ended run(String... arguments) throws IOException, InterruptedException {
        try (Running running = begin(arguments)) {
            return running.ended();
        }
    }

    /** Starts, and leaves it running. */
    public Running begin(String... arguments) throws IOException {
        Path out = logs.resolve("out-" + ++started);
        Path err = logs.resolve("err-" + started);
        ProcessBuilder builder = new ProcessBuilder(command(arguments))
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.matches(OURS));
        builder.environment().putAll(environment);
        return new Running(builder.start(), out, err, limit);
    }

    private static List<String> heedingSignals() {
        List<String> env = List.of("env", "--default-signal=HUP,INT,TERM");
        try {
            Process trial = new ProcessBuilder(
                            Stream.concat(env.stream(), Stream.of("true")).toList())
                    .start();
            return trial.waitFor() == 0 ? env : List.of();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(HEEDING_SIGNALS);
        command.addAll(prefix);
        if (!program.isEmpty()) {
            command.addAll(program);
            command.addAll(Arrays.asList(arguments));
            return command;
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
        command.addAll(jvmOptions);
        if (classPath.isEmpty()) {
            command.addAll(List.of("-jar", JAR.toString()));
        } else {
            StringBuilder path = new StringBuilder(JAR.toString());
            classPath.forEach(extra -> path.append(File.pathSeparatorChar).append(extra.toAbsolutePath()));
            command.addAll(List.of("-cp", path.toString(), "io.github.hevypipeline.Main"));
        }
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** Copies the folder of a file of the project into the working directory, once, and changes its first match. */
    public JarProcess edit(String file, String right, String wrong) throws IOException {
        return replace(file, right, wrong, false);
    }

    /** As {@link #edit}, with the last match. */
    public JarProcess editLast(String file, String right, String wrong) throws IOException {
        return replace(file, right, wrong, true);
    }

    private JarProcess replace(String file, String right, String wrong, boolean last) throws IOException {
        copy(Path.of(file).getName(0).toString());
        Path copy = folder.resolve(file);
        String text = Files.readString(copy);
        int at = last ? text.lastIndexOf(right) : text.indexOf(right);
        assertThat(at).as("%s in %s", right, file).isNotNegative();
        Files.writeString(copy, text.substring(0, at) + wrong + text.substring(at + right.length()));
        return this;
    }

    /** Copies a folder of the project into the working directory, if it is not there yet. */
    public JarProcess copy(String name) throws IOException {
        if (!Files.exists(folder.resolve(name))) {
            try (Stream<Path> files = Files.walk(Path.of(name))) {
                for (Path file : files.toList()) {
                    Files.copy(file, folder.resolve(file));
                }
            }
        }
        return this;
    }

    /** A process that has ended, and what it wrote. */
    public record Ended(int exitCode, String out, String err) {
        /** The last line of standard error; empty if there is none. */
        public String lastLine() {
            return err.lines().reduce((first, second) -> second).orElse("");
        }

        /** The lines of standard error that are not progress. */
        public List<String> complaints() {
            return err.lines()
                    .filter(line -> !line.matches("\\d\\d:\\d\\d:\\d\\d INFO .*"))
                    .toList();
        }
    }

    /** A process under way; closing it kills it, if it still is. */
    public static final class Running implements AutoCloseable {
        private final Process process;
        private final Path out;
        private final Path err;
        private final Duration limit;

        Running(Process process, Path out, Path err, Duration limit) {
            this.process = process;
            this.out = out;
            this.err = err;
            this.limit = limit;
        }

        /** The number by which the operating system knows it. */
        public long pid() {
            return process.pid();
        }

        public boolean isAlive() {
            return process.isAlive();
        }

        /** What it has written to standard error so far. */
        public String err() throws IOException {
            return Files.readString(err);
        }

        /** Waits until it has written a text to standard error. */
        public Running await(String text) {
            Await.until("the line " + text, () -> {
                boolean alive = process.isAlive();
                String written = err();
                boolean isWritten = written.contains(text);
                assertThat(isWritten || alive)
                        .as("alive, having written: %s", written)
                        .isTrue();
                return isWritten;
            });
            return this;
        }

        /** Asks it to end: SIGTERM. */
        public Running terminate() {
            process.destroy();
            return this;
        }

        /** Sends it a signal, such as INT. */
        public Running signal(String name) throws IOException, InterruptedException {
            int status = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            assertThat(status).as("kill -%s", name).isZero();
            return this;
        }

        /** Ends it at once: SIGKILL. */
        public Running kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
            return this;
        }

        /** Waits for its end. */
        public Ended ended() throws IOException, InterruptedException {
            boolean ended = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
            assertThat(ended)
                    .as("ended in %s s, having written: %s", limit.toSeconds(), err())
                    .isTrue();
            return new Ended(process.exitValue(), Files.readString(out), err());
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
