// Global average pooling.
#pragma once
#include "values.cuh"

// y [images,channels] = the mean of x [images,pixels,channels] over the pixels.
extern "C" __global__ void __launch_bounds__(128)
        average_pool(const float* x, float* y, int images, int pixels, int channels) {
    int quads = channels / 4;
    unsigned index = blockIdx.x * blockDim.x + threadIdx.x;
    int channel = (int)(index % quads) * 4;
    long long image = index / quads;
    if (image >= images) {
        return;
    }
    float4 sum = all4(0.0f);
    for (int pixel = 0; pixel < pixels; pixel++) {
        sum = add4(sum, load4(x + (image * pixels + pixel) * channels + channel));
    }
    float count = (float)pixels;
    store4(y + image * channels + channel, make_float4(sum.x / count, sum.y / count, sum.z / count, sum.w / count));
}

// The gradient of x as far as the ReLU6 with the output x passes it; gy [images,channels].
extern "C" __global__ void __launch_bounds__(256)
        average_pool_gradient(const float* x, const float* gy, float* gx, int images, int pixels, int channels) {
    int quads = channels / 4;
    unsigned index = blockIdx.x * blockDim.x + threadIdx.x;
    int channel = (int)(index % quads) * 4;
    long long image = index / quads / pixels;
    if (image >= images) {
        return;
    }
    float4 gradient = load4(gy + image * channels + channel);
    float count = (float)pixels;
    gradient = make_float4(gradient.x / count, gradient.y / count, gradient.z / count, gradient.w / count);
    long long place = (long long)index * 4;
    store4(gx + place, passed(gradient, load4(x + place)));
}
