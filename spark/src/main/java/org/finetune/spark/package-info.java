/**
 * Prediction and the frozen pass on Apache Spark: {@code finetune-spark}. The driver reads what photos there are and hands them
 * out in blocks; each executor runs the network on one thread of its own.
 */
package org.finetune.spark;
