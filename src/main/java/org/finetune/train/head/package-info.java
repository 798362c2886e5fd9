/** Solving the softmax layer on fixed features: regularized logistic regression, its regularization, its temperature. */
package org.finetune.train.head;
