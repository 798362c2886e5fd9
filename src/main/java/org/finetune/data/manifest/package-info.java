/** Photos that a file of comma-separated values or JSON Lines names, with their classes. */
package org.finetune.data.manifest;
