/** Photos in zip and tar archives, which are read where they are: nothing is unpacked under a name of theirs. */
package org.finetune.data.archive;
