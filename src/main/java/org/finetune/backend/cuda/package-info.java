/** NVIDIA GPUs through the driver's own interface: what there are, their memory, and work on them. Nothing but the driver is needed. */
package org.finetune.backend.cuda;
