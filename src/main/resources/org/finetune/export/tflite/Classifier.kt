import android.content.Context
import android.graphics.Bitmap
import org.tensorflow.lite.support.image.ImageProcessor
import org.tensorflow.lite.support.image.TensorImage
import org.tensorflow.lite.support.image.ops.ResizeWithCropOrPadOp
import org.tensorflow.lite.task.vision.classifier.ImageClassifier

/**
 * Classifies images on Android. Needs org.tensorflow:tensorflow-lite-task-vision, and model.tflite among the assets; the
 * scaling of pixels and the labels are in the model.
 *
 * @param resize what preprocessing.json says: "stretch", "crop" (the middle square is taken) or "pad" (black is added)
 */
class Classifier(context: Context, private val resize: String = "stretch") : AutoCloseable {
    private val classifier = ImageClassifier.createFromFile(context, "model.tflite")

    /** Returns the labels with their probabilities, the most probable first. */
    fun classify(image: Bitmap): List<Pair<String, Float>> =
        classifier.classify(square(TensorImage.fromBitmap(image)))
            .first()
            .categories
            .map { it.label to it.score }
            .sortedByDescending { it.second }

    private fun square(image: TensorImage): TensorImage {
        val side = if (resize == "crop") minOf(image.width, image.height) else maxOf(image.width, image.height)
        return if (resize == "stretch") image
        else ImageProcessor.Builder().add(ResizeWithCropOrPadOp(side, side)).build().process(image)
    }

    override fun close() = classifier.close()
}
