#include "fibers.h"

#include <sys/mman.h>

#include <cstdint>
#include <vector>

#include "cuda_on_cpu.h"

Index threadIdx, blockIdx, blockDim, gridDim;

// Saves the registers that a call keeps and the stack, and goes on with another stack.
extern "C" void switchStack(void** from, void* to);
asm(R"(
.pushsection .text
.globl switchStack
.hidden switchStack
.type switchStack, @function
switchStack:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size switchStack, .-switchStack
.popsection
)");

namespace {
constexpr size_t STACK = 64 << 10;

struct Fiber {
    void* stack = nullptr;
    void* top = nullptr;
    Index index{};
    bool ended = false;
};

std::vector<Fiber> fibers;
Fiber* current = nullptr;
void* scheduler = nullptr;
const std::function<void()>* running = nullptr;

void begin() {
    (*running)();
    current->ended = true;
    switchStack(&current->top, scheduler);
    __builtin_unreachable();
}

void prepare(Fiber& fiber) {
    if (fiber.stack == nullptr) {
        fiber.stack = mmap(nullptr, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    auto top = reinterpret_cast<uint64_t*>(static_cast<char*>(fiber.stack) + STACK);
    // As if called: the stack is aligned to 16 before the return address.
    *--top = 0;
    *--top = reinterpret_cast<uint64_t>(&begin);
    for (int saved = 0; saved < 6; saved++) {
        *--top = 0;
    }
    fiber.top = top;
    fiber.ended = false;
}
}  // namespace

void __syncthreads() {
    Fiber* self = current;
    switchStack(&self->top, scheduler);
    threadIdx = self->index;
}

bool runBlock(unsigned threadsX, unsigned threadsY, const std::function<void()>& kernel) {
    size_t count = static_cast<size_t>(threadsX) * threadsY;
    if (fibers.size() < count) {
        fibers.resize(count);
    }
    running = &kernel;
    for (size_t i = 0; i < count; i++) {
        fibers[i].index = Index{static_cast<unsigned>(i % threadsX), static_cast<unsigned>(i / threadsX), 0};
        prepare(fibers[i]);
    }
    for (;;) {
        size_t ended = 0;
        for (size_t i = 0; i < count; i++) {
            current = &fibers[i];
            threadIdx = current->index;
            switchStack(&scheduler, current->top);
            ended += current->ended;
        }
        if (ended == count) {
            return true;
        }
        if (ended > 0) {
            return false;
        }
    }
}
