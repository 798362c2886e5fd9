/** Whether an engine computes on this machine what it should. */
package org.finetune.engine.check;
