// The head: dropout, dense layer, softmax and cross-entropy. The number of classes is any.
#pragma once
#include "values.cuh"

constexpr int DENSE_TILE = 16;
constexpr int SOFTMAX_THREADS = 128;

// y = x * mask.
extern "C" __global__ void __launch_bounds__(256) multiply(const float* x, const float* mask, float* y, int length) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < length) {
        y[i] = x[i] * mask[i];
    }
}

// c [rows,columns] = a . b over the depth, plus a bias for each column or times a mask [rows,columns] where they are not
// null. a has its value (i,p) at i * rowStepA + p * depthStepA, b (p,j) at p * depthStepB + j * columnStepB.
extern "C" __global__ void __launch_bounds__(DENSE_TILE * DENSE_TILE) dense(
        const float* a,
        const float* b,
        float* c,
        int rows,
        int columns,
        int depth,
        int rowStepA,
        int depthStepA,
        int depthStepB,
        int columnStepB,
        const float* bias,
        const float* mask) {
    __shared__ float as[DENSE_TILE][DENSE_TILE + 1];
    __shared__ float bs[DENSE_TILE][DENSE_TILE + 1];
    int across = (columns + DENSE_TILE - 1) / DENSE_TILE;
    int row = blockIdx.x / across * DENSE_TILE + threadIdx.y;
    int column = blockIdx.x % across * DENSE_TILE + threadIdx.x;
    int lastRow = blockIdx.x / across * DENSE_TILE + threadIdx.x;
    float sum = 0.0f;
    for (int at = 0; at < depth; at += DENSE_TILE) {
        // Threads next to each other read what lies next to each other.
        if (depthStepA == 1) {
            int inner = at + threadIdx.x;
            as[threadIdx.y][threadIdx.x] = row < rows && inner < depth ? a[(long long)row * rowStepA + inner] : 0.0f;
        } else {
            int inner = at + threadIdx.y;
            as[threadIdx.x][threadIdx.y] =
                    lastRow < rows && inner < depth ? a[(long long)lastRow * rowStepA + (long long)inner * depthStepA] : 0.0f;
        }
        int inner = at + threadIdx.y;
        bs[threadIdx.y][threadIdx.x] = column < columns && inner < depth
                ? b[(long long)inner * depthStepB + (long long)column * columnStepB]
                : 0.0f;
        __syncthreads();
#pragma unroll
        for (int i = 0; i < DENSE_TILE; i++) {
            sum = fmaf(as[threadIdx.y][i], bs[i][threadIdx.x], sum);
        }
        __syncthreads();
    }
    if (row < rows && column < columns) {
        long long place = (long long)row * columns + column;
        if (bias != nullptr) {
            sum += bias[column];
        }
        if (mask != nullptr) {
            sum *= mask[place];
        }
        c[place] = sum;
    }
}

// The sum, or the largest, of the values of a block's threads, for all of them.
template <bool LARGEST>
__device__ inline float combined(float* shared, float own) {
    shared[threadIdx.x] = own;
    __syncthreads();
    for (int half = SOFTMAX_THREADS / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) {
            float other = shared[threadIdx.x + half];
            shared[threadIdx.x] = LARGEST ? fmaxf(shared[threadIdx.x], other) : shared[threadIdx.x] + other;
        }
        __syncthreads();
    }
    float result = shared[0];
    __syncthreads();
    return result;
}

// Probabilities of an example for each block. Where targets are not null, which have the weights of the examples in them, its
// weighted cross-entropy in nats too, and the gradient of its logits times share.
extern "C" __global__ void __launch_bounds__(SOFTMAX_THREADS) softmax(
        const float* logits,
        float* probabilities,
        const float* targets,
        const float* weights,
        float* errors,
        float* losses,
        int classes,
        float share) {
    __shared__ float shared[SOFTMAX_THREADS];
    long long begin = (long long)blockIdx.x * classes;
    float own = -INFINITY;
    for (int i = threadIdx.x; i < classes; i += SOFTMAX_THREADS) {
        own = fmaxf(own, logits[begin + i]);
    }
    float largest = combined<true>(shared, own);
    own = 0.0f;
    for (int i = threadIdx.x; i < classes; i += SOFTMAX_THREADS) {
        own += expf(logits[begin + i] - largest);
    }
    float sum = combined<false>(shared, own);
    float logSum = logf(sum);
    own = 0.0f;
    for (int i = threadIdx.x; i < classes; i += SOFTMAX_THREADS) {
        float logit = logits[begin + i] - largest;
        float probability = expf(logit) / sum;
        probabilities[begin + i] = probability;
        if (targets != nullptr) {
            float target = targets[begin + i];
            own -= target * (logit - logSum);
            errors[begin + i] = (weights[blockIdx.x] * probability - target) * share;
        }
    }
    if (targets != nullptr) {
        float loss = combined<false>(shared, own);
        if (threadIdx.x == 0) {
            losses[blockIdx.x] = loss;
        }
    }
}
