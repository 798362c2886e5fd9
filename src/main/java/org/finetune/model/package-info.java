/** MobileNetV2 as a list of layers, as a zoo model and as a saved file; parameters. */
package org.finetune.model;
