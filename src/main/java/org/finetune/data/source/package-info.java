/** Which source of photos a place stands for: the only package that names them all. */
package org.finetune.data.source;
