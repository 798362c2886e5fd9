package org.finetune.serve.endpoint;

import java.util.regex.Pattern;

/**
 * An endpoint and where it is.
 *
 * @param method the method of HTTP
 * @param label what the metrics call it
 * @param path its path, with a group for each variable part
 * @param open whether it is answered without the token
 */
public record Route(String method, String label, Pattern path, boolean open, Endpoint endpoint) {}
