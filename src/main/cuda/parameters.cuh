// Batch normalization folded into convolutions and back, and Adam. A kernel is a matrix [rows,channels].
#pragma once
#include "sums.cuh"

// With scale = gamma * inverseSigma: folded = kernel * scale, foldedBias = beta - mean * scale.
extern "C" __global__ void __launch_bounds__(256) fold(
        const float* kernel,
        const float* gamma,
        const float* beta,
        const float* mean,
        const float* inverseSigma,
        float* folded,
        float* foldedBias,
        int rows,
        int channels) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= rows * channels) {
        return;
    }
    int channel = i % channels;
    float scale = gamma[channel] * inverseSigma[channel];
    folded[i] = kernel[i] * scale;
    if (i < channels) {
        foldedBias[channel] = beta[channel] - mean[channel] * scale;
    }
}

// From the gradients of folded kernel and bias to those of gamma, beta and, where it is not null, the kernel.
extern "C" __global__ void __launch_bounds__(SUM_COLUMNS * SUM_WORKERS) unfold(
        const float* gFolded,
        const float* gFoldedBias,
        const float* kernel,
        const float* gamma,
        const float* mean,
        const float* inverseSigma,
        float* gKernel,
        float* gGamma,
        float* gBeta,
        int rows,
        int channels) {
    __shared__ float shared[SUM_WORKERS][SUM_COLUMNS];
    int channel = blockIdx.x * SUM_COLUMNS + threadIdx.x;
    float sum = 0.0f;
    if (channel < channels) {
        float scale = gamma[channel] * inverseSigma[channel];
        for (int row = threadIdx.y; row < rows; row += SUM_WORKERS) {
            long long place = (long long)row * channels + channel;
            float gradient = gFolded[place];
            sum = fmaf(kernel[place], gradient, sum);
            if (gKernel != nullptr) {
                gKernel[place] = gradient * scale;
            }
        }
    }
    sum = sumOfWorkers(shared, sum);
    if (threadIdx.y == 0 && channel < channels) {
        float gradient = gFoldedBias[channel];
        gGamma[channel] = (sum - mean[channel] * gradient) * inverseSigma[channel];
        gBeta[channel] = gradient;
    }
}

// Adam (Kingma and Ba, 2015) in Keras's form; share1 and share2 are 1 - beta1 and 1 - beta2, rate has the corrections of the
// moments in it.
extern "C" __global__ void __launch_bounds__(256) adam(
        float* values,
        const float* gradients,
        float* firstMoments,
        float* secondMoments,
        float beta1,
        float share1,
        float beta2,
        float share2,
        float epsilon,
        float rate,
        int length) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= length) {
        return;
    }
    float gradient = gradients[i];
    float first = fmaf(share1, gradient, beta1 * firstMoments[i]);
    float second = fmaf(share2, gradient * gradient, beta2 * secondMoments[i]);
    firstMoments[i] = first;
    secondMoments[i] = second;
    values[i] = fmaf(-rate, first / (sqrtf(second) + epsilon), values[i]);
}
