/**
 * Decodes large JPEG files of the usual kind at an eighth of their size, with the pixels of libjpeg-turbo but without decoding the
 * coefficients that these do not need. All other files, and those in which anything is odd, are left to libjpeg-turbo.
 */
package org.finetune.data.decode.jpeg;
