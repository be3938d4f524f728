package io.github.hevypipeline.app;

import io.github.hevypipeline.transform.DbtProject;
import java.util.Iterator;

/**
 * The tables that a shell offers to complete: the models and the raw tables that the project declares.
 *
 * <p>Thread-safe: it holds nothing. The project is read when the completion script is made, not when the command line is.
 */
final class TableNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return DbtProject.find("UTC").relationNames().stream()
                .map(name -> name.substring(name.indexOf('.') + 1))
                .iterator();
    }
}
