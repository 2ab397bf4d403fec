package dev.tributary.simulations.report;

/**
 * Who took part in one round. Devices are numbered from 0.
 *
 * @param round counted from 1
 * @param reported the devices whose update is in the mean. Owned by this record: not to be written
 *     to
 * @param droppedOut the devices chosen that gave no update. Owned by this record: not to be written
 *     to
 */
@SuppressWarnings("ArrayRecordComponent") // owned and documented; never compared
public record Participation(int round, int[] reported, int[] droppedOut) {}
