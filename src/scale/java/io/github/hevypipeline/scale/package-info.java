/** Many accounts with the real parts: a Kafka broker, a Hevy API of many accounts, and what each account must look like. */
package io.github.hevypipeline.scale;
