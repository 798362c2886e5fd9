/** Finished runs side by side: what was set differently, and whether it made a difference. */
package org.finetune.compare;
