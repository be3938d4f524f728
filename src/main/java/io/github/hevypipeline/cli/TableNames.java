package io.github.hevypipeline.cli;

import io.github.hevypipeline.dbt.DbtProject;
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
