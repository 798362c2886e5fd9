/** Class activation maps as pictures. */
package org.finetune.explain;
