/** What a run can say about how to come to a better model, from what it has measured. */
package org.finetune.train.advice;
