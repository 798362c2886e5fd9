// Convolutions with windows of 3x3 pixels, of square images in NHWC with TensorFlow's SAME padding: depthwise ones, with a
// kernel [3,3,channels], and the first of the network, with a kernel [3,3,3,channels]. pad is the number of rows and columns of
// zeros before the image.
#pragma once
#include "sums.cuh"
#include "values.cuh"

// y = ReLU6(depthwise convolution of x + bias): a thread computes WIDE pixels of a row, four channels of each.
template <int STRIDE, int WIDE>
__device__ inline void depthwise(
        const float* x, const float* kernel, const float* bias, float* y, int images, int in, int out, int pad, int channels) {
    int quads = channels / 4;
    int across = (out + WIDE - 1) / WIDE;
    unsigned index = blockIdx.x * blockDim.x + threadIdx.x;
    int channel = (int)(index % quads) * 4;
    index /= quads;
    int firstX = (int)(index % across) * WIDE;
    index /= across;
    int outY = (int)(index % out);
    long long image = index / out;
    if (image >= images) {
        return;
    }
    constexpr int READ = (WIDE - 1) * STRIDE + 3;
    float4 sums[WIDE];
    for (int wide = 0; wide < WIDE; wide++) {
        sums[wide] = all4(0.0f);
    }
#pragma unroll
    for (int ky = 0; ky < 3; ky++) {
        int inY = outY * STRIDE - pad + ky;
        if (inY < 0 || inY >= in) {
            continue;
        }
        const float* row = x + ((image * in + inY) * in) * channels + channel;
        float4 values[READ];
#pragma unroll
        for (int read = 0; read < READ; read++) {
            int inX = firstX * STRIDE - pad + read;
            values[read] = inX >= 0 && inX < in ? load4(row + (long long)inX * channels) : all4(0.0f);
        }
#pragma unroll
        for (int kx = 0; kx < 3; kx++) {
            float4 weight = load4(kernel + (ky * 3 + kx) * channels + channel);
#pragma unroll
            for (int wide = 0; wide < WIDE; wide++) {
                sums[wide] = fma4(values[wide * STRIDE + kx], weight, sums[wide]);
            }
        }
    }
    float4 offset = load4(bias + channel);
#pragma unroll
    for (int wide = 0; wide < WIDE; wide++) {
        if (firstX + wide < out) {
            store4(
                    y + ((image * out + outY) * out + firstX + wide) * channels + channel,
                    relu6(add4(sums[wide], offset)));
        }
    }
}

extern "C" __global__ void __launch_bounds__(256) depthwise_1(
        const float* x, const float* kernel, const float* bias, float* y, int images, int in, int out, int pad, int channels) {
    depthwise<1, 4>(x, kernel, bias, y, images, in, out, pad, channels);
}

extern "C" __global__ void __launch_bounds__(256) depthwise_2(
        const float* x, const float* kernel, const float* bias, float* y, int images, int in, int out, int pad, int channels) {
    depthwise<2, 2>(x, kernel, bias, y, images, in, out, pad, channels);
}

// Gradient of a depthwise convolution's input, as far as the ReLU6 with the output x passes it: a thread computes four
// channels of a pixel.
extern "C" __global__ void __launch_bounds__(256) depthwise_input_gradient(
        const float* x,
        const float* gy,
        const float* kernel,
        float* gx,
        int images,
        int in,
        int out,
        int pad,
        int stride,
        int channels) {
    int quads = channels / 4;
    unsigned index = blockIdx.x * blockDim.x + threadIdx.x;
    int channel = (int)(index % quads) * 4;
    index /= quads;
    int inX = (int)(index % in);
    index /= in;
    int inY = (int)(index % in);
    long long image = index / in;
    if (image >= images) {
        return;
    }
    float4 sum = all4(0.0f);
    for (int ky = 0; ky < 3; ky++) {
        int atY = inY + pad - ky;
        int outY = atY / stride;
        if (atY < 0 || atY % stride != 0 || outY >= out) {
            continue;
        }
        for (int kx = 0; kx < 3; kx++) {
            int atX = inX + pad - kx;
            int outX = atX / stride;
            if (atX < 0 || atX % stride != 0 || outX >= out) {
                continue;
            }
            float4 gradient = load4(gy + ((image * out + outY) * out + outX) * channels + channel);
            sum = fma4(gradient, load4(kernel + (ky * 3 + kx) * channels + channel), sum);
        }
    }
    long long place = ((image * in + inY) * in + inX) * channels + channel;
    store4(gx + place, passed(sum, load4(x + place)));
}

// A part of the gradients of a depthwise convolution's kernel [9,channels] and, behind it, bias [channels], over rows of the
// output, for each blockIdx.y. A worker goes along a row with its window of the input.
template <int STRIDE>
__device__ inline void depthwiseKernelGradient(
        const float* x, const float* gy, float* parts, int images, int in, int out, int pad, int channels, int rowsOfPart) {
    __shared__ float shared[SUM_WORKERS][SUM_COLUMNS];
    int channel = blockIdx.x * SUM_COLUMNS + threadIdx.x;
    int begin = blockIdx.y * rowsOfPart;
    int end = min(begin + rowsOfPart, images * out);
    float sums[10] = {};
    for (int row = begin + threadIdx.y; row < end && channel < channels; row += SUM_WORKERS) {
        long long image = row / out;
        int top = row % out * STRIDE - pad;
        float window[3][3];
        // What the first step moves to the left.
#pragma unroll
        for (int ky = 0; ky < 3; ky++) {
#pragma unroll
            for (int kx = 0; kx < 3 - STRIDE; kx++) {
                int inY = top + ky;
                int inX = kx - pad;
                bool inside = inY >= 0 && inY < in && inX >= 0 && inX < in;
                window[ky][kx + STRIDE] = inside ? x[((image * in + inY) * in + inX) * channels + channel] : 0.0f;
            }
        }
        for (int outX = 0; outX < out; outX++) {
            float gradient = gy[((long long)row * out + outX) * channels + channel];
#pragma unroll
            for (int ky = 0; ky < 3; ky++) {
#pragma unroll
                for (int kx = 0; kx < 3 - STRIDE; kx++) {
                    window[ky][kx] = window[ky][kx + STRIDE];
                }
#pragma unroll
                for (int kx = 3 - STRIDE; kx < 3; kx++) {
                    int inY = top + ky;
                    int inX = outX * STRIDE - pad + kx;
                    bool inside = inY >= 0 && inY < in && inX >= 0 && inX < in;
                    window[ky][kx] = inside ? x[((image * in + inY) * in + inX) * channels + channel] : 0.0f;
                }
#pragma unroll
                for (int kx = 0; kx < 3; kx++) {
                    sums[ky * 3 + kx] = fmaf(window[ky][kx], gradient, sums[ky * 3 + kx]);
                }
            }
            sums[9] += gradient;
        }
    }
#pragma unroll
    for (int value = 0; value < 10; value++) {
        float sum = sumOfWorkers(shared, sums[value]);
        if (threadIdx.y == 0 && channel < channels) {
            parts[((long long)blockIdx.y * 10 + value) * channels + channel] = sum;
        }
    }
}

extern "C" __global__ void __launch_bounds__(SUM_COLUMNS * SUM_WORKERS) depthwise_kernel_gradient_1(
        const float* x, const float* gy, float* parts, int images, int in, int out, int pad, int channels, int rowsOfPart) {
    depthwiseKernelGradient<1>(x, gy, parts, images, in, out, pad, channels, rowsOfPart);
}

extern "C" __global__ void __launch_bounds__(SUM_COLUMNS * SUM_WORKERS) depthwise_kernel_gradient_2(
        const float* x, const float* gy, float* parts, int images, int in, int out, int pad, int channels, int rowsOfPart) {
    depthwiseKernelGradient<2>(x, gy, parts, images, in, out, pad, channels, rowsOfPart);
}

// y = ReLU6(convolution of RGB images with stride 2 + bias): a thread computes four channels of a pixel.
extern "C" __global__ void __launch_bounds__(256) stem(
        const float* x, const float* kernel, const float* bias, float* y, int images, int in, int out, int pad, int channels) {
    int quads = channels / 4;
    unsigned index = blockIdx.x * blockDim.x + threadIdx.x;
    int channel = (int)(index % quads) * 4;
    unsigned pixel = index / quads;
    int outX = (int)(pixel % out);
    int outY = (int)(pixel / out % out);
    long long image = pixel / out / out;
    if (image >= images) {
        return;
    }
    float4 sum = all4(0.0f);
#pragma unroll
    for (int ky = 0; ky < 3; ky++) {
        int inY = outY * 2 - pad + ky;
        if (inY < 0 || inY >= in) {
            continue;
        }
#pragma unroll
        for (int kx = 0; kx < 3; kx++) {
            int inX = outX * 2 - pad + kx;
            if (inX < 0 || inX >= in) {
                continue;
            }
            const float* rgb = x + ((image * in + inY) * in + inX) * 3;
#pragma unroll
            for (int color = 0; color < 3; color++) {
                sum = fma4(all4(rgb[color]), load4(kernel + ((ky * 3 + kx) * 3 + color) * channels + channel), sum);
            }
        }
    }
    store4(y + (long long)pixel * channels + channel, relu6(add4(sum, load4(bias + channel))));
}

// The windows of the first convolution as rows of a matrix [pixels,28], for the gradient of its kernel. The last column is 0.
extern "C" __global__ void __launch_bounds__(256)
        stem_windows(const float* x, float* windows, int images, int in, int out, int pad) {
    unsigned index = blockIdx.x * blockDim.x + threadIdx.x;
    int value = (int)(index % 28);
    unsigned pixel = index / 28;
    int outX = (int)(pixel % out);
    int outY = (int)(pixel / out % out);
    long long image = pixel / out / out;
    if (image >= images) {
        return;
    }
    int inY = outY * 2 - pad + value / 9;
    int inX = outX * 2 - pad + value / 3 % 3;
    bool inside = value < 27 && inY >= 0 && inY < in && inX >= 0 && inX < in;
    windows[index] = inside ? x[((image * in + inY) * in + inX) * 3 + value % 3] : 0.0f;
}
