/** The code and the tables of the documents, held against the code and the class path. */
@NullMarked
package dev.tributary.client.documentation;

import org.jspecify.annotations.NullMarked;
