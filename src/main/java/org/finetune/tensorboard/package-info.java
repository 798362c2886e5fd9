/** Event files for TensorBoard. */
package org.finetune.tensorboard;
