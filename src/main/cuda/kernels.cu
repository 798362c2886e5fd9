// The kernels of org.finetune.engine.cuda: float32, NHWC, and no sum whose order depends on anything but the shapes.
// scripts/build-ptx makes src/main/resources/org/finetune/engine/cuda/kernels.ptx of them.
#include "head.cuh"
#include "inputs.cuh"
#include "parameters.cuh"
#include "pooling.cuh"
#include "products.cuh"
#include "sums.cuh"
#include "windows.cuh"
