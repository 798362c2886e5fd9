// Classifies images with TensorFlow.js, which the page has to have as `tf`.

/** Loads the classifier that lies at a URL which ends with "/". */
async function loadClassifier(url) {
  const [model, preprocessing, labels] = await Promise.all([
    tf.loadLayersModel(url + "model.json"),
    fetch(url + "preprocessing.json").then((response) => response.json()),
    fetch(url + "labels.txt").then((response) => response.text()),
  ]);
  return { model, preprocessing, labels: labels.trimEnd().split("\n") };
}

/** Draws an image, canvas or video, stretched to the network's input, and gives the pixels the range that it takes. */
function prepare(image, preprocessing) {
  const { size, input } = preprocessing;
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, size, size);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, size, size);
  return tf.tidy(() => {
    const pixels = tf.browser.fromPixels(canvas).toFloat().expandDims(0);
    return input.range[1] === 255 ? pixels : pixels.div(127.5).sub(1);
  });
}

/** Returns the labels with their probabilities, the most probable first. */
async function classify(classifier, image) {
  const probabilities = tf.tidy(() => classifier.model.predict(prepare(image, classifier.preprocessing)));
  const values = await probabilities.data();
  probabilities.dispose();
  return classifier.labels
    .map((label, index) => ({ label, probability: values[index] }))
    .sort((a, b) => b.probability - a.probability);
}
