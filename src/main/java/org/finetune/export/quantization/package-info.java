/** Numbers of 8 bits in place of float32: their scales, and the photos that these are chosen with. */
package org.finetune.export.quantization;
