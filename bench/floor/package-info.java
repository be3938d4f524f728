/**
 * The least that the same work can cost in plain Java: what the pipeline is measured against.
 *
 * <p>It asks once, checks nothing, retries nothing, commits nothing and keeps no state; it is no program to run on an
 * account. It is compiled against the pipeline's jar for the libraries in it and uses none of the pipeline's classes.
 */
package floor;
