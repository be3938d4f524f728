package io.github.hevypipeline.doctor;

import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.StagedObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.BiFunction;
import org.apache.camel.CamelContext;

/**
 * A small object of a unique name, with which a check tries what it may do under a prefix of the lake.
 *
 * <p>Immutable.
 */
final class Probe {
    private final String name = UUID.randomUUID() + ".txt";
    private final Path file;
    private final BiFunction<Destination, String, String> naming;

    /**
     * @param scratch the temporary folder of this command
     * @param naming makes the key from the destination and the object's name
     */
    Probe(Path scratch, BiFunction<Destination, String, String> naming) {
        this.file = scratch.resolve(name);
        this.naming = naming;
    }

    StagedObject object(CamelContext camel) throws IOException {
        Files.writeString(file, "hevy-pipeline doctor was here.\n");
        return new StagedObject(key(camel), file.toFile());
    }

    String key(CamelContext camel) {
        return naming.apply(camel.getRegistry().lookupByNameAndType("destination", Destination.class), name);
    }
}
