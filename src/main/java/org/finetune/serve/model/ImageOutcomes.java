package org.finetune.serve.model;

import java.util.ArrayList;
import java.util.List;
import org.finetune.serve.http.HttpFailure;

/**
 * What became of the images of a request.
 *
 * @param labels the names of the classes, in the order of the model's outputs
 * @param version how often the model was loaded
 * @param images what became of each
 */
public record ImageOutcomes(List<String> labels, int version, List<ImageOutcome> images) {

    /**
     * The outcomes, if all images could be used.
     *
     * @throws HttpFailure if not, about the first that could not
     */
    public List<ImageOutcome.Classified> allOrFailure() {
        List<ImageOutcome.Classified> classified = new ArrayList<>();
        for (int image = 0; image < images.size(); image++) {
            if (images.get(image) instanceof ImageOutcome.Classified done) {
                classified.add(done);
            } else if (images.get(image) instanceof ImageOutcome.Failed failed) {
                HttpFailure failure = failed.failure();
                throw images.size() == 1
                        ? failure
                        : new HttpFailure(failure.status(), "Image " + image + ": " + failure.getMessage());
            }
        }
        return classified;
    }
}
