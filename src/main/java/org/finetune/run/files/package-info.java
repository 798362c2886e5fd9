/** The files of a run directory that scripts and other commands read: a class for each, which writes and reads it. */
package org.finetune.run.files;
