/** Class activation maps as images. */
package org.finetune.explain;
