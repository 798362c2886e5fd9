package org.finetune.serve.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.serve.http.HttpFailure;

/** The models of a server, by name. */
public final class ServedModels {
    private final Map<String, ServedModel> byName = new LinkedHashMap<>();

    /** Takes over models with different names, of which the first is the default. */
    public ServedModels(List<ServedModel> models) {
        models.forEach(model -> byName.put(model.name(), model));
    }

    /** All models, the default first. */
    public List<ServedModel> all() {
        return List.copyOf(byName.values());
    }

    /** The model for requests that name none. */
    public ServedModel first() {
        return all().get(0);
    }

    /**
     * The model of a name.
     *
     * @throws HttpFailure if there is none
     */
    public ServedModel get(String name) {
        ServedModel model = byName.get(name);
        if (model == null) {
            throw new HttpFailure(
                    HttpFailure.NOT_FOUND,
                    "There is no model of this name; the server has " + String.join(", ", byName.keySet()) + ".");
        }
        return model;
    }
}
