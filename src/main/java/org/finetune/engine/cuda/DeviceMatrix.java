package org.finetune.engine.cuda;

/**
 * A matrix on the device.
 *
 * @param address of its first value
 * @param rows number of rows
 * @param columns number of columns
 * @param rowStep values from one row to the next
 * @param columnStep values from one column to the next
 */
record DeviceMatrix(long address, int rows, int columns, int rowStep, int columnStep) {

    /** A matrix that lies row by row. */
    static DeviceMatrix of(long address, int rows, int columns) {
        return new DeviceMatrix(address, rows, columns, columns, 1);
    }

    /** The same values with rows as columns. */
    DeviceMatrix transposed() {
        return new DeviceMatrix(address, columns, rows, columnStep, rowStep);
    }
}
