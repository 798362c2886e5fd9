// What the network is given: images as bytes, and records that stay on the device.
#pragma once

// y = x / 127.5 - 1, rounded once, as org.finetune.backend.PixelType computes it.
extern "C" __global__ void __launch_bounds__(256) scale_pixels(const unsigned char* x, float* y, int length) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < length) {
        y[i] = fmaf((float)x[i], (float)(1 / 127.5), -1.0f);
    }
}

// Row blockIdx.y of y [rows,length] = the record of kept [records,length] that places has for it; none if that is below 0.
extern "C" __global__ void __launch_bounds__(256) gather(const float* kept, const int* places, float* y, int length) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    long long place = places[blockIdx.y];
    if (i < length && place >= 0) {
        y[(long long)blockIdx.y * length + i] = kept[place * length + i];
    }
}
