import android.content.Context
import android.graphics.Bitmap
import org.tensorflow.lite.support.image.TensorImage
import org.tensorflow.lite.task.vision.classifier.ImageClassifier

/**
 * Classifies images on Android. Needs org.tensorflow:tensorflow-lite-task-vision, and model.tflite among the assets; the
 * scaling of pixels and the labels are in the model.
 */
class Classifier(context: Context) : AutoCloseable {
    private val classifier = ImageClassifier.createFromFile(context, "model.tflite")

    /** Returns the labels with their probabilities, the most probable first. */
    fun classify(image: Bitmap): List<Pair<String, Float>> =
        classifier.classify(TensorImage.fromBitmap(image))
            .first()
            .categories
            .map { it.label to it.score }
            .sortedByDescending { it.second }

    override fun close() = classifier.close()
}
