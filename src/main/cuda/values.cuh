// What all kernels share: four values at a time, and ReLU6.
#pragma once

__device__ inline float4 load4(const float* from) { return *reinterpret_cast<const float4*>(from); }

__device__ inline void store4(float* to, float4 value) { *reinterpret_cast<float4*>(to) = value; }

__device__ inline float4 all4(float value) { return make_float4(value, value, value, value); }

// a * b + c, rounded once, so that the bits do not depend on what a compiler makes of it.
__device__ inline float4 fma4(float4 a, float4 b, float4 c) {
    return make_float4(fmaf(a.x, b.x, c.x), fmaf(a.y, b.y, c.y), fmaf(a.z, b.z, c.z), fmaf(a.w, b.w, c.w));
}

__device__ inline float4 add4(float4 a, float4 b) { return make_float4(a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w); }

// NaN stays NaN, unlike with fminf and fmaxf.
__device__ inline float relu6(float x) { return x < 0.0f ? 0.0f : x > 6.0f ? 6.0f : x; }

__device__ inline float4 relu6(float4 x) { return make_float4(relu6(x.x), relu6(x.y), relu6(x.z), relu6(x.w)); }

// The gradient that ReLU6 passes, y being its output.
__device__ inline float passed(float gradient, float y) { return y > 0.0f && y < 6.0f ? gradient : 0.0f; }

__device__ inline float4 passed(float4 gradient, float4 y) {
    return make_float4(
            passed(gradient.x, y.x), passed(gradient.y, y.y), passed(gradient.z, y.z), passed(gradient.w, y.w));
}
