/** Cross-validation: which photos are in which fold, and what is kept of a fold that is finished. */
package org.finetune.train.folds;
