package org.finetune.backend.cuda;

/** A GPU has too little memory. */
public final class DeviceMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DeviceMemoryException(String doing) {
        super("The GPU ran out of memory while " + doing);
    }
}
