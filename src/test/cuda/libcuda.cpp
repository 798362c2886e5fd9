// A libcuda.so.1 without a GPU: the functions of the driver API that finetune calls, with the kernels compiled for the CPU.
//
// - Memory of the device ends at a page that cannot be touched, begins as NaN, and is gone when it is freed.
// - Work of streams with even numbers is done as late as the API allows, when somebody waits for it; of those with odd numbers,
//   at once. What reads a result too early, or overwrites what is still to be read, fails in every run. That goes for memory of
//   the process that is not pinned, too, for which the driver promises nothing.
// - Faults: "name=number" separated by commas, in the environment variable FINETUNE_STAND_IN or by stand_in_configure.
//     devices=N  number of devices (1)            memory=N   MiB of the device (4096)
//     version=N  CUDA version of the driver       capability=N  ten times the compute capability (90)
//     init=N     result of cuInit                 module=N   result of loading a module
//     pin=N      result of pinning host memory    free=N     KiB of the device that are said to be free, at most
//     launch=N   the Nth launch from now on fails, and all that follows
//     lost=N     the Nth launch from now on finds the device gone
//     skip=N     the Nth launch from now on computes nothing, and is said to have succeeded
//   The last three can be meant for one kernel: "lost_adam=N" stands for its Nth launch.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "cuda_on_cpu.h"
#include "fibers.h"
#include "kernels.cu"

namespace {
using Result = int;
constexpr Result SUCCESS = 0;
constexpr Result INVALID_VALUE = 1;
constexpr Result OUT_OF_MEMORY = 2;
constexpr Result INVALID_DEVICE = 101;
constexpr Result INVALID_CONTEXT = 201;
constexpr Result DEVICE_UNAVAILABLE = 46;
constexpr Result NOT_FOUND = 500;
constexpr Result ALREADY_REGISTERED = 712;
constexpr Result LAUNCH_FAILED = 719;

std::recursive_mutex mutex;
using Guard = std::lock_guard<std::recursive_mutex>;

std::map<std::string, long> settings;
long launches = 0;
std::map<std::string, long> launchesOf;
Result broken = SUCCESS;
thread_local bool current = false;

void configure(const char* text) {
    settings = {{"devices", 1}, {"memory", 4096}, {"version", 12020}, {"capability", 90}};
    launches = 0;
    launchesOf.clear();
    broken = SUCCESS;
    std::istringstream words(text == nullptr ? "" : text);
    for (std::string word; std::getline(words, word, ',');) {
        size_t equals = word.find('=');
        settings[word.substr(0, equals)] = std::atol(word.c_str() + equals + 1);
    }
}

long setting(const std::string& name) {
    auto found = settings.find(name);
    return found == settings.end() ? 0 : found->second;
}

// Whether a fault is meant for the present launch.
bool isDue(const std::string& fault, const std::string& kernel) {
    return setting(fault) == launches || setting(fault + "_" + kernel) == launchesOf[kernel];
}

// Kernels, with what unpacks their arguments.

struct Kernel {
    std::string name;
    size_t parameters;
    std::function<void()> (*bind)(void** arguments);
};

template <auto FUNCTION, class... ARGUMENTS, size_t... PLACES>
std::function<void()> bound(void (*)(ARGUMENTS...), void** arguments, std::index_sequence<PLACES...>) {
    auto copies = std::make_tuple(*static_cast<ARGUMENTS*>(arguments[PLACES])...);
    return [copies] { std::apply(FUNCTION, copies); };
}

template <auto FUNCTION, class... ARGUMENTS>
Kernel kernel(const char* name, void (*)(ARGUMENTS...)) {
    return Kernel{name, sizeof...(ARGUMENTS), [](void** arguments) {
                      return bound<FUNCTION>(FUNCTION, arguments, std::index_sequence_for<ARGUMENTS...>());
                  }};
}

#define KERNEL(NAME) {#NAME, kernel<NAME>(#NAME, NAME)}

const std::map<std::string, Kernel> KERNELS = {
        KERNEL(pointwise_128x128),
        KERNEL(pointwise_64x64),
        KERNEL(pointwise_128x32),
        KERNEL(pointwise_input_gradient_128x128),
        KERNEL(pointwise_input_gradient_64x64),
        KERNEL(pointwise_input_gradient_128x32),
        KERNEL(pointwise_kernel_gradient_128x128),
        KERNEL(pointwise_kernel_gradient_64x64),
        KERNEL(pointwise_kernel_gradient_128x32),
        KERNEL(column_sums),
        KERNEL(sum_parts),
        KERNEL(depthwise_1),
        KERNEL(depthwise_2),
        KERNEL(depthwise_input_gradient),
        KERNEL(depthwise_kernel_gradient_1),
        KERNEL(depthwise_kernel_gradient_2),
        KERNEL(stem),
        KERNEL(stem_windows),
        KERNEL(average_pool),
        KERNEL(average_pool_gradient),
        KERNEL(scale_pixels),
        KERNEL(gather),
        KERNEL(multiply),
        KERNEL(dense),
        KERNEL(softmax),
        KERNEL(fold),
        KERNEL(unfold),
        KERNEL(adam)};

// Streams: what is still to be done, in order.

struct Stream {
    bool eager;
    long added = 0;
    long done = 0;
    std::deque<std::function<Result()>> work;
};

struct Event {
    Stream* stream = nullptr;
    long place = 0;
};

long streamsMade = 0;
std::set<Stream*> streams;

Result finish(Stream* stream, long place) {
    while (stream->done < place && !stream->work.empty() && broken == SUCCESS) {
        auto next = std::move(stream->work.front());
        stream->work.pop_front();
        stream->done++;
        Result result = next();
        if (result != SUCCESS) {
            broken = result;
        }
    }
    return broken;
}

Result add(Stream* stream, std::function<Result()> work) {
    if (!current) {
        return INVALID_CONTEXT;
    }
    if (broken != SUCCESS) {
        return broken;
    }
    stream->work.push_back(std::move(work));
    stream->added++;
    return stream->eager ? finish(stream, stream->added) : SUCCESS;
}

// Memory.

struct Block {
    char* pages;
    size_t mapped;
    size_t size;
};

std::map<uint64_t, Block> blocks;
std::set<uint64_t> pinned;
long used = 0;

size_t page() { return sysconf(_SC_PAGESIZE); }

bool inDevice(uint64_t address, size_t size) {
    auto after = blocks.upper_bound(address);
    if (after == blocks.begin()) {
        return false;
    }
    auto& block = *std::prev(after);
    return address + size <= block.first + block.second.size;
}
}  // namespace

extern "C" {

// Begins anew with other faults.
void stand_in_configure(const char* text) {
    Guard guard(mutex);
    configure(text);
}

// Bytes that are allocated on the device.
long stand_in_used() { return used; }

// Kernels launched since the last configuration.
long stand_in_launches() { return launches; }

// The same for one kernel.
long stand_in_launches_of(const char* kernel) {
    Guard guard(mutex);
    return launchesOf[kernel];
}

Result cuInit(unsigned) {
    Guard guard(mutex);
    if (settings.empty()) {
        configure(std::getenv("FINETUNE_STAND_IN"));
    }
    return static_cast<Result>(setting("init"));
}

Result cuDriverGetVersion(int* version) {
    *version = static_cast<int>(setting("version"));
    return SUCCESS;
}

Result cuDeviceGetCount(int* count) {
    *count = static_cast<int>(setting("devices"));
    return SUCCESS;
}

Result cuDeviceGet(int* device, int ordinal) {
    *device = ordinal;
    return ordinal < setting("devices") ? SUCCESS : INVALID_DEVICE;
}

Result cuDeviceGetName(char* name, int length, int device) {
    std::snprintf(name, length, "Stand-in %d", device);
    return SUCCESS;
}

Result cuDeviceGetPCIBusId(char* id, int length, int device) {
    // By itself, the driver has the fastest first.
    const char* order = std::getenv("CUDA_DEVICE_ORDER");
    int place = order != nullptr && std::strcmp(order, "PCI_BUS_ID") == 0 ? device : static_cast<int>(setting("devices")) - 1 - device;
    std::snprintf(id, length, "0000:%02x:00.0", 0x17 + place);
    return SUCCESS;
}

Result cuDeviceTotalMem_v2(size_t* bytes, int) {
    *bytes = static_cast<size_t>(setting("memory")) << 20;
    return SUCCESS;
}

Result cuDeviceGetAttribute(int* value, int attribute, int) {
    switch (attribute) {
        case 75:
            *value = static_cast<int>(setting("capability") / 10);
            return SUCCESS;
        case 76:
            *value = static_cast<int>(setting("capability") % 10);
            return SUCCESS;
        default:
            return INVALID_VALUE;
    }
}

Result cuDevicePrimaryCtxRetain(void** context, int device) {
    *context = reinterpret_cast<void*>(static_cast<intptr_t>(device + 1));
    return SUCCESS;
}

Result cuCtxSetCurrent(void* context) {
    current = context != nullptr;
    return SUCCESS;
}

Result cuMemGetInfo_v2(size_t* left, size_t* total) {
    Guard guard(mutex);
    *total = static_cast<size_t>(setting("memory")) << 20;
    *left = *total - used;
    if (settings.count("free") != 0) {
        *left = std::min(*left, static_cast<size_t>(setting("free")) << 10);
    }
    return current ? broken : INVALID_CONTEXT;
}

Result cuMemAlloc_v2(uint64_t* address, size_t size) {
    Guard guard(mutex);
    if (!current || broken != SUCCESS) {
        return current ? broken : INVALID_CONTEXT;
    }
    if (size == 0) {
        return INVALID_VALUE;
    }
    if (used + static_cast<long>(size) > setting("memory") << 20) {
        return OUT_OF_MEMORY;
    }
    size_t whole = (size + page() - 1) / page() * page();
    size_t mapped = whole + 2 * page();
    void* pages = mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(static_cast<char*>(pages) + page(), whole, PROT_READ | PROT_WRITE) != 0) {
        return OUT_OF_MEMORY;
    }
    // All bits of a float set are NaN.
    std::memset(static_cast<char*>(pages) + page(), 0xff, whole);
    size_t aligned = (size + 15) / 16 * 16;
    *address = reinterpret_cast<uint64_t>(pages) + page() + whole - aligned;
    blocks[*address] = Block{static_cast<char*>(pages), mapped, size};
    used += static_cast<long>(size);
    return SUCCESS;
}

Result cuMemFree_v2(uint64_t address) {
    Guard guard(mutex);
    auto found = blocks.find(address);
    if (!current || found == blocks.end()) {
        return current ? INVALID_VALUE : INVALID_CONTEXT;
    }
    // As the driver does.
    for (Stream* stream : streams) {
        finish(stream, stream->added);
    }
    munmap(found->second.pages, found->second.mapped);
    used -= static_cast<long>(found->second.size);
    blocks.erase(found);
    return broken;
}

Result cuMemHostRegister_v2(void* address, size_t, unsigned) {
    Guard guard(mutex);
    if (setting("pin") != 0) {
        return static_cast<Result>(setting("pin"));
    }
    return pinned.insert(reinterpret_cast<uint64_t>(address)).second ? SUCCESS : ALREADY_REGISTERED;
}

Result cuMemHostUnregister(void* address) {
    Guard guard(mutex);
    return pinned.erase(reinterpret_cast<uint64_t>(address)) == 1 ? SUCCESS : INVALID_VALUE;
}

Result cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, size_t size, Stream* stream) {
    Guard guard(mutex);
    if (!inDevice(to, size)) {
        return INVALID_VALUE;
    }
    return add(stream, [=] {
        std::memcpy(reinterpret_cast<void*>(to), from, size);
        return SUCCESS;
    });
}

Result cuMemcpyDtoHAsync_v2(void* to, uint64_t from, size_t size, Stream* stream) {
    Guard guard(mutex);
    if (!inDevice(from, size)) {
        return INVALID_VALUE;
    }
    return add(stream, [=] {
        std::memcpy(to, reinterpret_cast<const void*>(from), size);
        return SUCCESS;
    });
}

Result cuStreamCreate(Stream** stream, unsigned) {
    Guard guard(mutex);
    if (!current) {
        return INVALID_CONTEXT;
    }
    *stream = new Stream{streamsMade++ % 2 == 1};
    streams.insert(*stream);
    return broken;
}

Result cuStreamDestroy_v2(Stream* stream) {
    Guard guard(mutex);
    finish(stream, stream->added);
    streams.erase(stream);
    delete stream;
    return broken;
}

Result cuStreamSynchronize(Stream* stream) {
    Guard guard(mutex);
    return current ? finish(stream, stream->added) : INVALID_CONTEXT;
}

Result cuEventCreate(Event** event, unsigned) {
    *event = new Event;
    return SUCCESS;
}

Result cuEventDestroy_v2(Event* event) {
    delete event;
    return SUCCESS;
}

Result cuEventRecord(Event* event, Stream* stream) {
    Guard guard(mutex);
    event->stream = stream;
    event->place = stream->added;
    return broken;
}

Result cuStreamWaitEvent(Stream* stream, Event* event, unsigned) {
    Guard guard(mutex);
    Event recorded = *event;
    if (recorded.stream == nullptr) {
        return broken;
    }
    return add(stream, [recorded] { return finish(recorded.stream, recorded.place); });
}

// A module is its PTX, which has to have the kernels with as many parameters.
Result cuModuleLoadDataEx(std::string** module, const void* image, unsigned, int*, void**) {
    Guard guard(mutex);
    if (setting("module") != 0) {
        return static_cast<Result>(setting("module"));
    }
    *module = new std::string(static_cast<const char*>(image));
    return current ? SUCCESS : INVALID_CONTEXT;
}

Result cuModuleGetFunction(const Kernel** function, std::string* module, const char* name) {
    auto found = KERNELS.find(name);
    size_t entry = module->find(".entry " + std::string(name) + "(");
    if (found == KERNELS.end() || entry == std::string::npos) {
        return NOT_FOUND;
    }
    size_t parameters = 0;
    size_t end = module->find(')', entry);
    for (size_t at = module->find(".param", entry); at < end; at = module->find(".param", at + 1)) {
        parameters++;
    }
    *function = &found->second;
    return parameters == found->second.parameters ? SUCCESS : NOT_FOUND;
}

Result cuLaunchKernel(
        const Kernel* function,
        unsigned gridX,
        unsigned gridY,
        unsigned gridZ,
        unsigned blockX,
        unsigned blockY,
        unsigned blockZ,
        unsigned,
        Stream* stream,
        void** arguments,
        void**) {
    Guard guard(mutex);
    if (gridX == 0 || gridY == 0 || gridY > 65535 || gridZ != 1 || blockX * blockY == 0 || blockX * blockY > 1024
        || blockZ != 1) {
        return INVALID_VALUE;
    }
    launches++;
    launchesOf[function->name]++;
    if (isDue("launch", function->name) || isDue("lost", function->name)) {
        Result fault = isDue("launch", function->name) ? LAUNCH_FAILED : DEVICE_UNAVAILABLE;
        return add(stream, [=] { return fault; });
    }
    if (isDue("skip", function->name)) {
        return SUCCESS;
    }
    auto kernel = function->bind(arguments);
    return add(stream, [=] {
        gridDim = Index{gridX, gridY, 1};
        blockDim = Index{blockX, blockY, 1};
        for (unsigned y = 0; y < gridY; y++) {
            for (unsigned x = 0; x < gridX; x++) {
                blockIdx = Index{x, y, 0};
                if (!runBlock(blockX, blockY, kernel)) {
                    return LAUNCH_FAILED;
                }
            }
        }
        return SUCCESS;
    });
}

Result cuGetErrorName(Result error, const char** name) {
    switch (error) {
        case OUT_OF_MEMORY:
            *name = "CUDA_ERROR_OUT_OF_MEMORY";
            return SUCCESS;
        case DEVICE_UNAVAILABLE:
            *name = "CUDA_ERROR_DEVICE_UNAVAILABLE";
            return SUCCESS;
        case LAUNCH_FAILED:
            *name = "CUDA_ERROR_LAUNCH_FAILED";
            return SUCCESS;
        default:
            return INVALID_VALUE;
    }
}

Result cuGetErrorString(Result error, const char** text) {
    switch (error) {
        case OUT_OF_MEMORY:
            *text = "out of memory";
            return SUCCESS;
        case DEVICE_UNAVAILABLE:
            *text = "CUDA-capable device(s) is/are busy or unavailable";
            return SUCCESS;
        case LAUNCH_FAILED:
            *text = "unspecified launch failure";
            return SUCCESS;
        default:
            return INVALID_VALUE;
    }
}
}
