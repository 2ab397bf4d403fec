package dev.tributary.simulations.bench.secagg;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.aggregation.secagg.device.DeviceFloors;
import dev.tributary.security.Sha256;
import dev.tributary.security.agreement.CipherSuite;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What is measured. Beside these numbers the design's defaults hold: an active coordinator, 5 %
 * corrupt devices, sigma = 40 and eta = 30, 16 bits a coordinate.
 *
 * @param devices n
 * @param dimension lanes of an update
 * @param dropout the fraction that drops out after it dealt its shares, which is assumed as well
 * @param confirmation whether devices confirm the survivors
 * @param threads that the coordinator unmasks on
 */
record Size(
    int devices,
    int dimension,
    double dropout,
    CipherSuite suite,
    boolean confirmation,
    int threads) {

  static final PopulationName POPULATION = new PopulationName("bench");

  private static final int CORRUPT_PER_MYRIAD = 500;
  private static final int SECURITY_BITS = 40;
  private static final int CORRECTNESS_BITS = 30;
  private static final int BITS = 16;

  int dropouts() {
    return (int) Math.floor(devices * dropout);
  }

  /** Whether the device at this place of the roster drops out: evenly over all places. */
  boolean dropsOut(int index) {
    return (long) (index + 1) * dropouts() / devices > (long) index * dropouts() / devices;
  }

  QuantizationParameters quantization() {
    return QuantizationParameters.forTraining(
        dimension - 1, BITS, Float.POSITIVE_INFINITY, 1f, 1, devices);
  }

  /** What a device asks for; without confirmation it trusts its coordinator to be consistent. */
  DeviceFloors floors() {
    return confirmation
        ? DeviceFloors.standard()
        : new DeviceFloors(2, Adversary.SEMI_HONEST, 100 * CORRUPT_PER_MYRIAD, SECURITY_BITS);
  }

  /** What the session is bound to. */
  RoundManifest manifest() {
    int least = Math.max(2, devices / 2);
    return new RoundManifest(
        new RoundId(new TaskName("bench"), 1),
        RoundKind.TRAINING,
        ProtocolKind.SECAGG_PLUS,
        POPULATION,
        new ModelDigest(HexFormat.of().formatHex(Sha256.of(new byte[0]))),
        1,
        "{}",
        quantization(),
        Optional.of(new TrainingParameters(1, 10, 0.1f, 0f)),
        devices,
        least,
        0,
        Optional.of(
            new SecureAggregationParameters(
                suite,
                Adversary.ACTIVE,
                CORRUPT_PER_MYRIAD,
                (int) Math.round(dropout * 10_000),
                SECURITY_BITS,
                CORRECTNESS_BITS,
                least,
                confirmation,
                0,
                1)));
  }

  /** Lane {@code lane} of the update of the device at a place: any number of 16 bits. */
  static int lane(int index, int lane) {
    return (lane * 31 + index * 7919) & 0xffff;
  }
}
