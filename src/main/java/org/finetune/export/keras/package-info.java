/** Keras: the whole model with its layers, names and batch normalizations, in HDF5 files. */
package org.finetune.export.keras;
