// Sums over pixels, in an order that only depends on their number: parts first, then the parts.
#pragma once
#include "values.cuh"

constexpr int SUM_COLUMNS = 32;
constexpr int SUM_WORKERS = 8;

// Adds what the workers of a block have for its columns; the result is for worker 0.
__device__ inline float sumOfWorkers(float (*shared)[SUM_COLUMNS], float own) {
    shared[threadIdx.y][threadIdx.x] = own;
    __syncthreads();
    float sum = 0.0f;
    if (threadIdx.y == 0) {
        for (int worker = 0; worker < SUM_WORKERS; worker++) {
            sum += shared[worker][threadIdx.x];
        }
    }
    __syncthreads();
    return sum;
}

// A part of the sums of the columns of x [rows,columns], for each blockIdx.y; the parts are stride values apart.
extern "C" __global__ void __launch_bounds__(SUM_COLUMNS * SUM_WORKERS)
        column_sums(const float* x, float* parts, int rows, int columns, int rowsOfPart, int stride) {
    __shared__ float shared[SUM_WORKERS][SUM_COLUMNS];
    int column = blockIdx.x * SUM_COLUMNS + threadIdx.x;
    int begin = blockIdx.y * rowsOfPart;
    int end = min(begin + rowsOfPart, rows);
    float sum = 0.0f;
    if (column < columns) {
        for (int row = begin + threadIdx.y; row < end; row += SUM_WORKERS) {
            sum += x[(long long)row * columns + column];
        }
    }
    sum = sumOfWorkers(shared, sum);
    if (threadIdx.y == 0 && column < columns) {
        parts[(long long)blockIdx.y * stride + column] = sum;
    }
}

// sum[i] = the parts' values i, added in turn.
extern "C" __global__ void __launch_bounds__(256) sum_parts(const float* parts, float* sum, int count, int length) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= length) {
        return;
    }
    float total = 0.0f;
    for (int part = 0; part < count; part++) {
        total += parts[(long long)part * length + i];
    }
    sum[i] = total;
}
