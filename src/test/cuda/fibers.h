// Runs the threads of a block on one thread of the CPU: each until its next barrier, in turn.
#pragma once
#include <functional>

// Whether all threads of the block have come to the same barriers; if not, a GPU would hang or compute anything.
bool runBlock(unsigned threadsX, unsigned threadsY, const std::function<void()>& kernel);
