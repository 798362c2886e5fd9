package org.finetune.engine.fast;

import java.util.List;
import java.util.stream.Stream;

/** The buffers of a tail's plans: some that the members of the team have in common, some of each member. */
final class TailPools implements AutoCloseable {
    private final BufferPool common = new BufferPool();
    private final List<BufferPool> own;

    TailPools(int members) {
        this.own = Stream.generate(common::sibling).limit(members).toList();
    }

    BufferPool common() {
        return common;
    }

    BufferPool of(int member) {
        return own.get(member);
    }

    /** Frees all buffers for laying out other plans that never run between the steps of earlier ones. */
    void reset() {
        common.reset();
        own.forEach(BufferPool::reset);
    }

    @Override
    public void close() {
        own.forEach(BufferPool::close);
        common.close();
    }
}
