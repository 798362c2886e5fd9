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

/**
 * Draws an image, canvas or video as the network's input: stretched, its middle square, or in the middle of a black square.
 * Gives the pixels the range that the network takes.
 */
function prepare(image, preprocessing) {
  const { size, resize, input } = preprocessing;
  const width = image.naturalWidth || image.videoWidth || image.width;
  const height = image.naturalHeight || image.videoHeight || image.height;
  const side = resize === "crop" ? Math.min(width, height) : Math.max(width, height);
  const drawn = resize === "stretch" ? [size, size] : [(width * size) / side, (height * size) / side];
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext("2d");
  const left = (size - drawn[0]) / 2;
  const top = (size - drawn[1]) / 2;
  context.fillStyle = "black";
  context.fillRect(0, 0, size, size);
  context.fillStyle = "white";
  context.fillRect(left, top, drawn[0], drawn[1]);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, left, top, drawn[0], drawn[1]);
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
