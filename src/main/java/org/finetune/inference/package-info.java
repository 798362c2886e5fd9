/** A saved model on image files; evaluation. */
package org.finetune.inference;
