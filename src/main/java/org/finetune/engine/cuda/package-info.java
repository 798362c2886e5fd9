/**
 * The fast engine on NVIDIA GPUs: kernels of our own ({@code src/main/cuda}), shipped as PTX, which the driver compiles. Folding, the
 * cut and the order of the parameters are those of {@link org.finetune.engine.fast}.
 */
package org.finetune.engine.cuda;
