/** PyTorch: parameters in a safetensors file, under the names and in the layouts of torchvision's MobileNetV2. */
package org.finetune.export.pytorch;
