package org.finetune.backend;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Class loader that shows ND4J one backend of those on the class path. Without it only environment variables, which a
 * process cannot set for itself in time, decide which one ND4J takes.
 */
final class OneBackend extends ClassLoader {
    private static final String SERVICES = "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend";

    private final String backend;

    /**
     * Shows one backend.
     *
     * @param backend name of its class
     */
    OneBackend(ClassLoader parent, String backend) {
        super(parent);
        this.backend = backend;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        Enumeration<URL> all = super.getResources(name);
        if (!name.equals(SERVICES)) {
            return all;
        }
        List<URL> shown = new ArrayList<>();
        for (URL services : Collections.list(all)) {
            try (InputStream in = services.openStream()) {
                if (new String(in.readAllBytes(), StandardCharsets.UTF_8).contains(backend)) {
                    shown.add(services);
                }
            }
        }
        return Collections.enumeration(shown);
    }
}
