/**
 * Decodes large JPEG files of the usual kind at an eighth of their size, with the pixels of libjpeg-turbo but without decoding the
 * coefficients that these do not need. It refuses all other files, and all in which anything is odd: libjpeg-turbo decodes those.
 */
package org.finetune.data.decode.jpeg;
