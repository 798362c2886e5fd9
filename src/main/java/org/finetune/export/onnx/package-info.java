/** ONNX: the graph of a model, and an interpreter of the operators in it. */
package org.finetune.export.onnx;
