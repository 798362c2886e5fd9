/** The reference engine: Deeplearning4j's own layers. */
package org.finetune.engine.graph;
