/**
 * Where the numbers of an artifact's file are. Enters: the bytes of a safetensors or ONNX file;
 * leaves: the arrays of numbers in it, each with its place and type, and access to them as whole
 * numbers or floats.
 *
 * <p>Must hold: arrays do not overlap and lie inside the file, whatever the bytes are.
 */
@NullMarked
package dev.tributary.aggregation.compress.delta.file;

import org.jspecify.annotations.NullMarked;
