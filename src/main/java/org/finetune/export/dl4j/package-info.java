/** Deeplearning4j: the model as it is saved, and a folded one that it runs faster. */
package org.finetune.export.dl4j;
