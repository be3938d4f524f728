/**
 * Keeps the objects of the lake as files in a folder.
 *
 * <p>Called by the routes of {@code folder.camel.yaml}, and by no other package.
 */
package io.github.hevypipeline.lake.folder;
