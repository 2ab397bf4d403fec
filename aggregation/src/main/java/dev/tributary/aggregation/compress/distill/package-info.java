/**
 * Teaches a smaller network what a larger one knows. Enters: a teacher, the student's specification
 * and examples without labels, such as a coordinator's public data; leaves: the trained student.
 *
 * <p>Must hold: labels are never looked at; the same inputs give the same bits.
 */
@NullMarked
package dev.tributary.aggregation.compress.distill;

import org.jspecify.annotations.NullMarked;
