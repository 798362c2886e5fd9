package org.finetune.train.features;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/** The records of some images of another store, which has them and closes itself. */
final class SelectedStore implements ActivationStore {
    private final ActivationStore store;
    private final int[] images;
    private final int views;

    /**
     * Selects records.
     *
     * @param images numbers of the images in the store, in the order that they have here
     * @param views records of each image
     */
    SelectedStore(ActivationStore store, int[] images, int views) {
        this.store = store;
        this.images = images;
        this.views = views;
    }

    private int original(int record) {
        return images[record / views] * views + record % views;
    }

    @Override
    public int recordLength() {
        return store.recordLength();
    }

    @Override
    public void append(int records, FloatPointer values) {
        throw new UnsupportedOperationException("Records are added to the store that has them");
    }

    @Override
    public void write(int first, int count, FloatPointer values) {
        throw new UnsupportedOperationException("Records are replaced in the store that has them");
    }

    @Override
    public boolean read(int record, FloatPointer destination) {
        return store.read(original(record), destination);
    }

    @Override
    public void readAhead(int[] records) {
        store.readAhead(Arrays.stream(records).map(this::original).sorted().toArray());
    }

    @Override
    public int checksum(int record) {
        return store.checksum(original(record));
    }

    @Override
    public void close() {
        // The store is others' too.
    }
}
