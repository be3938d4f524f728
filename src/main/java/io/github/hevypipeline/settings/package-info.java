/**
 * The settings: read, checked and explained. The one place that reads the environment.
 *
 * <p>Every package above may call it.
 */
package io.github.hevypipeline.settings;
