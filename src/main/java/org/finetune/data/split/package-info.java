/** Which photos belong together, and dividing them so that those stay on one side. */
package org.finetune.data.split;
