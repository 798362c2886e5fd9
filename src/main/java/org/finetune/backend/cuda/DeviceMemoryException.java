package org.finetune.backend.cuda;

/** The memory of a GPU does not suffice. */
public final class DeviceMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DeviceMemoryException(String doing) {
        super("The GPU has too little memory when " + doing);
    }
}
