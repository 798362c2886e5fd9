/** Settings: their declarations, values and files. */
package org.finetune.settings;
