// Matrix products: 1x1 convolutions, which are products over all pixels, and their gradients.
//
// A block computes a tile of the result, 256 threads some values each. Every value is one sum over the depth, from its
// beginning to its end: its bits depend neither on the tile nor on the number of images.
#pragma once
#include "values.cuh"

// Depth of the tiles in shared memory.
constexpr int STAGE = 8;
constexpr int PRODUCT_THREADS = 256;

// Four values of an operand, zeros beyond its ends. ALONG_DEPTH: it is [extent,depth], else [depth,extent]. Extents along
// which values lie next to each other are multiples of 4.
template <bool ALONG_DEPTH, int WIDTH>
__device__ inline float4 fetch(const float* operand, int slot, int first, int extent, int depth, int begin, int end) {
    if (slot >= WIDTH * STAGE / 4) {
        return all4(0.0f);
    }
    if (ALONG_DEPTH) {
        int outer = first + slot / (STAGE / 4);
        int inner = begin + slot % (STAGE / 4) * 4;
        return outer < extent && inner < end ? load4(operand + (long long)outer * depth + inner) : all4(0.0f);
    }
    int inner = begin + slot / (WIDTH / 4);
    int outer = first + slot % (WIDTH / 4) * 4;
    return outer < extent && inner < end ? load4(operand + (long long)inner * extent + outer) : all4(0.0f);
}

// Puts what was fetched into a tile, [STAGE][WIDTH + 4].
template <bool ALONG_DEPTH, int WIDTH>
__device__ inline void put(float (*tile)[WIDTH + 4], int slot, float4 values) {
    if (slot >= WIDTH * STAGE / 4) {
        return;
    }
    if (ALONG_DEPTH) {
        int outer = slot / (STAGE / 4);
        int inner = slot % (STAGE / 4) * 4;
        tile[inner][outer] = values.x;
        tile[inner + 1][outer] = values.y;
        tile[inner + 2][outer] = values.z;
        tile[inner + 3][outer] = values.w;
    } else {
        store4(&tile[slot / (WIDTH / 4)][slot % (WIDTH / 4) * 4], values);
    }
}

// c = op(a) . op(b) over the depth from begin to end; [rows,columns]. TURN_A: a is [depth,rows], else [rows,depth].
// TURN_B: b is [columns,depth], else [depth,columns]. Then, each where it is not null or 0: plus a bias for each column, plus
// added [rows,columns], which may be c, ReLU6, and the gradient that a ReLU6 with the output mask [rows,columns] passes.
template <bool TURN_A, bool TURN_B, int ROWS, int COLUMNS, int OWN_ROWS, int OWN_COLUMNS>
__device__ inline void product(
        const float* a,
        const float* b,
        float* c,
        int rows,
        int columns,
        int depth,
        int begin,
        int end,
        const float* bias,
        const float* added,
        const float* mask,
        int clip) {
    static_assert(ROWS / OWN_ROWS * (COLUMNS / OWN_COLUMNS) == PRODUCT_THREADS, "256 threads");
    __shared__ __align__(16) float as[2][STAGE][ROWS + 4];
    __shared__ __align__(16) float bs[2][STAGE][COLUMNS + 4];
    constexpr int ROW_GROUPS = OWN_ROWS / 4;
    constexpr int COLUMN_GROUPS = OWN_COLUMNS / 4;
    int slot = threadIdx.x;
    int across = (columns + COLUMNS - 1) / COLUMNS;
    int firstRow = blockIdx.x / across * ROWS;
    int firstColumn = blockIdx.x % across * COLUMNS;
    int ownRow = slot / (COLUMNS / OWN_COLUMNS) * 4;
    int ownColumn = slot % (COLUMNS / OWN_COLUMNS) * 4;

    put<!TURN_A, ROWS>(as[0], slot, fetch<!TURN_A, ROWS>(a, slot, firstRow, rows, depth, begin, end));
    put<TURN_B, COLUMNS>(bs[0], slot, fetch<TURN_B, COLUMNS>(b, slot, firstColumn, columns, depth, begin, end));
    __syncthreads();
    float sums[OWN_ROWS][OWN_COLUMNS] = {};
    // Of small products, most threads of a tile have none of the result.
    bool busy = firstRow + ownRow < rows && firstColumn + ownColumn < columns;
    int stage = 0;
    for (int at = begin; at < end; at += STAGE) {
        bool more = at + STAGE < end;
        float4 nextA = all4(0.0f);
        float4 nextB = all4(0.0f);
        if (more) {
            nextA = fetch<!TURN_A, ROWS>(a, slot, firstRow, rows, depth, at + STAGE, end);
            nextB = fetch<TURN_B, COLUMNS>(b, slot, firstColumn, columns, depth, at + STAGE, end);
        }
        if (busy) {
#pragma unroll
            for (int inner = 0; inner < STAGE; inner++) {
                __align__(16) float left[OWN_ROWS];
                __align__(16) float right[OWN_COLUMNS];
#pragma unroll
                for (int group = 0; group < ROW_GROUPS; group++) {
                    store4(left + group * 4, load4(&as[stage][inner][group * (ROWS / ROW_GROUPS) + ownRow]));
                }
#pragma unroll
                for (int group = 0; group < COLUMN_GROUPS; group++) {
                    store4(right + group * 4, load4(&bs[stage][inner][group * (COLUMNS / COLUMN_GROUPS) + ownColumn]));
                }
#pragma unroll
                for (int i = 0; i < OWN_ROWS; i++) {
#pragma unroll
                    for (int j = 0; j < OWN_COLUMNS; j++) {
                        sums[i][j] = fmaf(left[i], right[j], sums[i][j]);
                    }
                }
            }
        }
        if (more) {
            put<!TURN_A, ROWS>(as[stage ^ 1], slot, nextA);
            put<TURN_B, COLUMNS>(bs[stage ^ 1], slot, nextB);
        }
        __syncthreads();
        stage ^= 1;
    }

#pragma unroll
    for (int i = 0; i < OWN_ROWS; i++) {
        int row = firstRow + i / 4 * (ROWS / ROW_GROUPS) + ownRow + i % 4;
        if (row >= rows) {
            continue;
        }
#pragma unroll
        for (int group = 0; group < COLUMN_GROUPS; group++) {
            int column = firstColumn + group * (COLUMNS / COLUMN_GROUPS) + ownColumn;
            if (column >= columns) {
                continue;
            }
            long long place = (long long)row * columns + column;
            int j = group * 4;
            float4 value = make_float4(sums[i][j], sums[i][j + 1], sums[i][j + 2], sums[i][j + 3]);
            if (bias != nullptr) {
                value = add4(value, load4(bias + column));
            }
            if (added != nullptr) {
                value = add4(value, load4(added + place));
            }
            if (clip) {
                value = relu6(value);
            }
            if (mask != nullptr) {
                value = passed(value, load4(mask + place));
            }
            store4(c + place, value);
        }
    }
}

// y = x . kernel + bias, plus added, with ReLU6 if clip; x [rows,depth], kernel [depth,columns].
#define POINTWISE(NAME, ROWS, COLUMNS, OWN_ROWS, OWN_COLUMNS)                                                         \
    extern "C" __global__ void __launch_bounds__(PRODUCT_THREADS, 2) NAME(                                            \
            const float* x,                                                                                           \
            const float* kernel,                                                                                      \
            const float* bias,                                                                                        \
            const float* added,                                                                                       \
            float* y,                                                                                                 \
            int rows,                                                                                                 \
            int columns,                                                                                              \
            int depth,                                                                                                \
            int clip) {                                                                                               \
        product<false, false, ROWS, COLUMNS, OWN_ROWS, OWN_COLUMNS>(                                                  \
                x, kernel, y, rows, columns, depth, 0, depth, bias, added, nullptr, clip);                            \
    }

POINTWISE(pointwise_128x128, 128, 128, 8, 8)
POINTWISE(pointwise_64x64, 64, 64, 4, 4)
POINTWISE(pointwise_128x32, 128, 32, 4, 4)

// gx = gy . kernel^T, plus added, as far as a ReLU6 with the output mask passes it; gy [rows,depth], kernel [columns,depth].
#define POINTWISE_INPUT_GRADIENT(NAME, ROWS, COLUMNS, OWN_ROWS, OWN_COLUMNS)                                          \
    extern "C" __global__ void __launch_bounds__(PRODUCT_THREADS, 2) NAME(                                            \
            const float* gy,                                                                                          \
            const float* kernel,                                                                                      \
            const float* added,                                                                                       \
            const float* mask,                                                                                        \
            float* gx,                                                                                                \
            int rows,                                                                                                 \
            int columns,                                                                                              \
            int depth) {                                                                                              \
        product<false, true, ROWS, COLUMNS, OWN_ROWS, OWN_COLUMNS>(                                                   \
                gy, kernel, gx, rows, columns, depth, 0, depth, nullptr, added, mask, 0);                             \
    }

POINTWISE_INPUT_GRADIENT(pointwise_input_gradient_128x128, 128, 128, 8, 8)
POINTWISE_INPUT_GRADIENT(pointwise_input_gradient_64x64, 64, 64, 4, 4)
POINTWISE_INPUT_GRADIENT(pointwise_input_gradient_128x32, 128, 32, 4, 4)

// A part of x^T . gy over pixels, for each blockIdx.y: x [pixels,rows], gy [pixels,columns], the parts stride values apart.
#define POINTWISE_KERNEL_GRADIENT(NAME, ROWS, COLUMNS, OWN_ROWS, OWN_COLUMNS)                                         \
    extern "C" __global__ void __launch_bounds__(PRODUCT_THREADS, 2) NAME(                                            \
            const float* x,                                                                                           \
            const float* gy,                                                                                          \
            float* parts,                                                                                             \
            int rows,                                                                                                 \
            int columns,                                                                                              \
            int pixels,                                                                                               \
            int pixelsOfPart,                                                                                         \
            int stride) {                                                                                             \
        int begin = blockIdx.y * pixelsOfPart;                                                                        \
        int end = min(begin + pixelsOfPart, pixels);                                                                  \
        product<true, false, ROWS, COLUMNS, OWN_ROWS, OWN_COLUMNS>(                                                   \
                x,                                                                                                    \
                gy,                                                                                                   \
                parts + (long long)blockIdx.y * stride,                                                               \
                rows,                                                                                                 \
                columns,                                                                                              \
                pixels,                                                                                               \
                begin,                                                                                                \
                end,                                                                                                  \
                nullptr,                                                                                              \
                nullptr,                                                                                              \
                nullptr,                                                                                              \
                0);                                                                                                   \
    }

POINTWISE_KERNEL_GRADIENT(pointwise_kernel_gradient_128x128, 128, 128, 8, 8)
POINTWISE_KERNEL_GRADIENT(pointwise_kernel_gradient_64x64, 64, 64, 4, 4)
POINTWISE_KERNEL_GRADIENT(pointwise_kernel_gradient_128x32, 128, 32, 4, 4)
