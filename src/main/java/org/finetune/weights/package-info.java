/** Pretrained weights: reading Keras's HDF5 files, and finding, downloading and caching them. */
package org.finetune.weights;
