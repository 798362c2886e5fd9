// Enough of CUDA C++ to compile kernels for the CPU. Blocks run one after another; the threads of a block are fibers, which
// take turns at its barriers.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

#define __global__
#define __device__
#define __shared__ static
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __launch_bounds__(...)

struct Index {
    unsigned x, y, z;
};

struct __align__(16) float4 {
    float x, y, z, w;
};

inline float4 make_float4(float x, float y, float z, float w) { return float4{x, y, z, w}; }

extern Index threadIdx, blockIdx, blockDim, gridDim;

void __syncthreads();

using std::min;
