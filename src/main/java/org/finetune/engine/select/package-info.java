/** The one place that names all engines: which executes a network for training, and which for prediction. */
package org.finetune.engine.select;
