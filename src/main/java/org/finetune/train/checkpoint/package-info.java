/** Files of checkpoints: their format, and the newest good one. */
package org.finetune.train.checkpoint;
