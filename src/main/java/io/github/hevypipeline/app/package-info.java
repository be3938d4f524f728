/**
 * The program: its command line, its settings, the Camel context it starts, and how it ends.
 *
 * <p>The top package: it may call every other but {@code demo}, and only it reads the environment.
 */
package io.github.hevypipeline.app;
