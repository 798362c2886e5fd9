/** What the engines of our own have in common: layers that are executed as one, kernels with batch normalization folded in, dropout. */
package org.finetune.engine.fused;
