/** Settings: their names, types, defaults and files. */
package org.finetune.settings;
