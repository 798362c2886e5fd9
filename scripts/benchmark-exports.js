// Prints the milliseconds of an image in an exported model: node benchmark-exports.js DIR IMAGES.
const tf = require("@tensorflow/tfjs");
const fs = require("fs");

const SECONDS = 6;
const [directory, count] = [process.argv[2], Number(process.argv[3])];

(async () => {
  const json = JSON.parse(fs.readFileSync(directory + "/model.json"));
  const weights = fs.readFileSync(directory + "/weights.bin");
  const model = await tf.loadLayersModel({
    load: async () => ({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest[0].weights,
      weightData: new Uint8Array(weights).buffer,
    }),
  });
  const [, height, width, channels] = model.inputs[0].shape;
  const images = tf.randomUniform([count, height, width, channels], -1, 1, "float32", 1);
  const times = [];
  const end = performance.now() + SECONDS * 1000;
  while (times.length < 3 || performance.now() < end) {
    const start = performance.now();
    const probabilities = model.predict(images);
    await probabilities.data();
    probabilities.dispose();
    times.push((performance.now() - start) / count);
  }
  const last = times.slice(Math.floor(times.length / 3)).sort((a, b) => a - b);
  console.log(last[Math.floor(last.length / 2)].toFixed(2));
})();
