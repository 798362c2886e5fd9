/** TensorFlow Lite: its files, and an interpreter of the operators in them. */
package org.finetune.export.tflite;
