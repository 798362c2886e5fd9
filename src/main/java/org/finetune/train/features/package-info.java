/** Activations of the frozen part of the network, kept in memory or in files. */
package org.finetune.train.features;
